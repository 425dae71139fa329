/**
 * Addresses of covers, and which ones are loaded. An address may come from another device or an imported file. A cover
 * of this vault is loaded at once. Loading one of another site shows that site the user's network address, so the user
 * decides: once, or for all covers of the site.
 */

/** The path of this vault's covers. */
const OWN = "/cache/images/";
/** The key of `localStorage`: the sites whose covers are loaded, as JSON. */
const SITES = "picture-sites";

/** @typedef {{src: string, site: string|null}} Cover `site`: the host of another site; null: of this vault */

/** The addresses that the user has asked for on this page. @type {Set<string>} */
const asked = new Set();

/**
 * @param {string|null|undefined} address
 * @param {string} [origin] of this vault
 * @returns {Cover|null} null if the address is not one of this vault's covers or of an https site
 */
export function readCover(address, origin = location.origin) {
    if (!address || /^[/\\]{2}/.test(address)) return null;
    /** @type {URL} */
    let url;
    try {
        url = new URL(address, origin);
    } catch {
        return null;
    }
    if (url.username || url.password) return null;
    if (url.origin === origin) return url.pathname.startsWith(OWN) ? { src: url.pathname, site: null } : null;
    const isOther = url.protocol === "https:" && /^https:\/\//i.test(address);
    return isOther ? { src: url.href, site: url.host } : null;
}

/** Whether the cover may be loaded now. @param {Cover} cover */
export const isAllowed = ({ src, site }) => site === null || asked.has(src) || sites().includes(site);

/** The sites whose covers are loaded. @returns {string[]} */
export function sites() {
    try {
        const stored = JSON.parse(localStorage.getItem(SITES) ?? "[]");
        return Array.isArray(stored) ? stored.filter((site) => typeof site === "string") : [];
    } catch {
        return [];
    }
}

/** @param {string[]} list */
const store = (list) => localStorage.setItem(SITES, JSON.stringify(list));

/** Allows this cover on this page. @param {Cover} cover */
export const allowOnce = ({ src }) => asked.add(src);

/** Allows all covers of a site on this device. @param {string} site */
export const allowSite = (site) => store([...new Set([...sites(), site])].sort());

/** @param {string} site */
export const forgetSite = (site) => store(sites().filter((each) => each !== site));
