// Runs the cases against a vault: `node run.js http://127.0.0.1:PORT [filter]`. It prints one line for each case, and
// fails if a case fails.

import { readdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { Device, Skipped } from "./device.js";

const FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/** A case that takes longer has failed. */
const LIMIT_MS = 60_000;

const [vault, filter = ""] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
let failures = 0;

for (const file of readdirSync(new URL("cases", import.meta.url)).sort()) {
    const { cases } = await import(`./cases/${file}`);
    for (const [name, run] of Object.entries(cases)) {
        if (`${file} ${name}`.includes(filter)) await perform(`${file.replace(".js", "")}: ${name}`, run);
    }
}
await browser.close();
process.exit(failures ? 1 : 0);

async function perform(name, run) {
    const started = Date.now();
    const devices = [];
    const device = async (options) => {
        devices.push(await Device.open(browser, vault, options));
        return devices.at(-1);
    };
    let failure = null;
    const limit = new Promise((_, reject) =>
        setTimeout(() => reject(new Error(`took longer than ${LIMIT_MS / 1000} s`)), LIMIT_MS).unref(),
    );
    try {
        await Promise.race([run(device), limit]);
        const errors = devices.flatMap((each) => each.errors);
        if (errors.length) throw new Error(`errors on the page: ${errors.join(" | ")}`);
    } catch (error) {
        failure = error;
        failures += 1;
    }
    const isSkipped = failure instanceof Skipped;
    if (isSkipped) failures -= 1;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const outcome = isSkipped ? `skipped: ${failure.message}` : failure ? "FAILED" : "ok";
    console.log(`browser: ${name} … ${outcome} (${seconds} s)`);
    if (failure && !isSkipped) {
        console.log(String(failure.stack ?? failure).replace(/^/gm, "    "));
        for (const each of devices) console.log(`    at ${each.page.url()}`, each.errors);
    }
    await Promise.all(devices.map((each) => each.close().catch(() => {})));
}
