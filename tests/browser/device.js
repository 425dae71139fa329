// A device of a user: a browser with its own storage, on its own line to the vault.

import { Line } from "./line.js";

export const PASSWORD = "correct horse battery";
/** The longest time that a case waits for an event. */
const PATIENCE_MS = 10_000;

/** Thrown by a case that cannot run here, with the reason. */
export class Skipped extends Error {}

let accounts = 0;
export const freshEmail = () => `browser${process.pid}-${(accounts += 1)}@example.org`;

export class Device {
    /** @param {import("playwright-core").Browser} browser @param {string} vault */
    static async open(browser, vault, options = {}) {
        const device = new Device();
        device.line = await new Line(vault).open();
        device.context = await browser.newContext({ baseURL: device.line.url, serviceWorkers: "allow", ...options });
        device.context.setDefaultTimeout(PATIENCE_MS);
        device.errors = [];
        device.context.on("weberror", (error) => device.errors.push(String(error.error())));
        device.page = await device.context.newPage();
        device.watch(device.page);
        return device;
    }

    watch(page) {
        page.on("console", (message) => {
            // The browser reports a failed request itself; with a cut line that is no fault.
            const text = message.text();
            if (message.type() === "error" && !text.startsWith("Failed to load resource")) this.errors.push(text);
        });
    }

    /** Opens a page and waits until it is usable. */
    async visit(path, page = this.page) {
        await page.goto(path);
        await page.waitForSelector("html[data-ready=true]", { state: "attached" });
    }

    async register(email = freshEmail()) {
        await this.visit("/");
        await this.page.click("#tab-register");
        await this.page.fill("#register-name", "Ada");
        await this.page.fill("#register-email", email);
        await this.page.fill("#register-password", PASSWORD);
        await this.page.click("#register button[type=submit]");
        await this.page.waitForSelector("html[data-user=in][data-ready=true]", { state: "attached" });
        return email;
    }

    async signIn(email) {
        await this.visit("/");
        await this.page.fill("#sign-in-email", email);
        await this.page.fill("#sign-in-password", PASSWORD);
        await this.page.click("#sign-in button[type=submit]");
        await this.page.waitForSelector("html[data-user=in][data-ready=true]", { state: "attached" });
    }

    /** Runs `work` in the page with the modules of the app. It is sent as text, because the pages forbid `eval`. */
    async app(work, argument = null, page = this.page) {
        return page.evaluate(`(async () => {
            const load = (name) => import(\`/js/models/\${name}.js\`);
            const [collection, sync, auth] = await Promise.all(["collection", "sync", "auth"].map(load));
            return (${work})({ collection, sync, auth }, ${JSON.stringify(argument)});
        })()`);
    }

    async add(artist, album) {
        await this.page.keyboard.press("n");
        await this.page.fill("dialog.add [name=artist]", artist);
        await this.page.fill("dialog.add [name=album]", album);
        await this.page.click("dialog.add .sheet-foot button:last-child");
        await this.page.waitForSelector("dialog.add", { state: "detached" });
    }

    /** Waits until all edits of this device are sent. */
    async saved() {
        await this.page.waitForSelector(".sync[data-state=saved]");
    }

    /** Waits until the service worker has cached all files and serves the page. */
    async installed(page = this.page) {
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    }

    async close() {
        await this.context.close();
        this.line.close();
    }
}
