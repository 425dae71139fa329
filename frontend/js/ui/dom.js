/** Builds DOM nodes without markup in strings, so that data can only become text. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** @typedef {DomChild} Child null, undefined and boolean children are left out, lists are flattened */
/** @typedef {Event & {currentTarget: HTMLButtonElement}} ButtonEvent */
/** @typedef {Event & {target: HTMLInputElement}} InputEvent */
/** @typedef {{onclick?: (event: ButtonEvent) => unknown, onchange?: (event: InputEvent) => unknown}} Listeners */
/**
 * Attributes by name; `class` is as in HTML. Members that begin with "on" are listeners, `dataset`, `value`, `checked`
 * and `selected` are set as properties. A value of null, undefined or false leaves the attribute out.
 * @typedef {Listeners & {[name: string]: unknown}} Attributes
 */

/**
 * @template {Element & ElementCSSInlineStyle & HTMLOrSVGElement} T
 * @param {T} node
 * @param {Attributes|undefined} attributes
 * @param {Child[]} children
 */
function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === undefined || value === null || value === false) continue;
        if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
        else if (name === "dataset") Object.assign(node.dataset, value);
        else if (name === "value" || name === "checked" || name === "selected") Object.assign(node, { [name]: value });
        else node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(...flatten(children));
    return node;
}

/** @param {Child[]} children @returns {(Node|string)[]} */
function flatten(children) {
    const all = /** @type {unknown[]} */ (children).flat(Infinity);
    const shown = all.filter((child) => child !== undefined && child !== null && typeof child !== "boolean");
    return shown.map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/**
 * Makes an SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export const svg = (name, attributes, ...children) =>
    fill(document.createElementNS(SVG_NAMESPACE, name), attributes, children);

/** Makes a `<button type="button">`. @param {Attributes} attributes @param {Child[]} children */
export const button = (attributes, ...children) => el("button", { type: "button", ...attributes }, children);

/**
 * The element that must be there.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, root = document) {
    const found = root.querySelector(selector);
    if (!found) throw new Error(`No element fits ${selector}.`);
    return /** @type {T} */ (found);
}

/**
 * Sets custom properties by script, because the Content-Security-Policy refuses style attributes.
 * @template {ElementCSSInlineStyle} T
 * @param {T} node
 * @param {Record<string, string>} properties
 */
export function setStyle(node, properties) {
    for (const [name, value] of Object.entries(properties)) node.style.setProperty(name, value);
    return node;
}

/** Replaces the children of a node. @param {Element} node @param {Child[]} children */
export const replace = (node, ...children) => node.replaceChildren(...flatten(children));

/** What identifies an element after it has been drawn again. @param {HTMLElement} node */
const identify = (node) =>
    node.id ||
    node.dataset.stars ||
    /** @type {HTMLElement|null} */ (node.closest("[data-fact]"))?.dataset.fact ||
    node.getAttribute("href") ||
    node.getAttribute("name") ||
    node.textContent;

/** Draws `root` again and keeps the focus. @param {Element} root @param {() => void} draw */
export function redrawKeepingFocus(root, draw) {
    const active = document.activeElement;
    const focused = active instanceof HTMLElement && root.contains(active) ? active : null;
    const identity = focused && identify(focused);
    draw();
    if (!focused || focused.isConnected) return;
    /** @type {NodeListOf<HTMLElement>} */
    const candidates = root.querySelectorAll(focused.tagName);
    [...candidates].find((node) => identify(node) === identity)?.focus({ preventScroll: true });
}

/** The `name` of the element with the focus. */
export const focusedName = () => document.activeElement?.getAttribute("name") ?? null;

let serial = 0;
/** @param {string} stem @returns {string} an id that no other element of the page has */
export const makeId = (stem) => `${stem}-${(serial += 1)}`;
