// Reads barcodes with the camera: by the browser's own detector where there is one, else by Quagga2, loaded only then.

import { el, icon } from "../js/ui/dom.js";
import { isBarcode } from "../js/models/discogs.js";

const FORMATS = ["ean_13", "upc_a", "ean_8"];
const PAUSE_MS = 120;
const QUAGGA = "/vendor/quagga2-1.12.1.min.js";

/**
 * @param {HTMLElement} place where the picture is shown
 * @param {(code: string) => void} onCode called once, with a barcode whose check digit fits
 * @returns {{stop: () => void}}
 */
export function scan(place, onCode) {
    const video = el("video", { playsinline: true, muted: true, "aria-label": "What the camera sees" });
    const status = el("p", { class: "fine", role: "status" }, "Hold the barcode in front of the camera.");
    const run = { stream: null, stopped: false };
    const stop = () => {
        run.stopped = true;
        run.stream?.getTracks().forEach((track) => track.stop());
        place.hidden = true;
        place.replaceChildren();
    };
    place.className = "scanner";
    place.hidden = false;
    place.replaceChildren(
        video,
        el(
            "div",
            { class: "row" },
            status,
            el("button", { type: "button", class: "button small quiet push", onclick: stop }, icon("stop"), "Stop"),
        ),
    );
    watch(video, run, (code) => {
        stop();
        navigator.vibrate?.(60);
        onCode(code);
    }).catch((error) => {
        run.stream?.getTracks().forEach((track) => track.stop());
        video.remove();
        status.textContent = inWords(error);
    });
    return { stop };
}

async function watch(video, run, onCode) {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotSupportedError");
    run.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    if (run.stopped) return run.stream.getTracks().forEach((track) => track.stop());
    video.srcObject = run.stream;
    await video.play();
    const read = await reader();
    while (!run.stopped) {
        const code = (await read(video)).find(isBarcode);
        if (code && !run.stopped) return onCode(code);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}

async function reader() {
    const native = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    const formats = FORMATS.filter((format) => native.includes(format));
    if (formats.length) {
        const detector = new BarcodeDetector({ formats });
        return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
    }
    const quagga = await library();
    const canvas = document.createElement("canvas");
    return (video) => still(quagga, canvas, video);
}

/** Loads the library; it puts itself on the window. */
async function library() {
    if (!globalThis.Quagga) await import(QUAGGA);
    return globalThis.Quagga;
}

function still(quagga, canvas, video) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    return new Promise((resolve) =>
        quagga.decodeSingle(
            {
                src: canvas.toDataURL("image/jpeg", 0.9),
                numOfWorkers: 0,
                locate: true,
                inputStream: { size: 800 },
                decoder: { readers: ["ean_reader", "upc_reader", "ean_8_reader"] },
            },
            (result) => resolve(result?.codeResult ? [result.codeResult.code] : []),
        ),
    );
}

const WORDS = {
    NotAllowedError:
        "The camera may not be used here. Allow it in the browser’s settings for this site, or type the number.",
    NotFoundError: "This device has no camera. Type the number instead.",
    NotReadableError: "Another application is using the camera. Close it and try again, or type the number.",
    NotSupportedError: "This browser gives no camera to this page. Type the number instead.",
};
const inWords = (error) => WORDS[error.name] ?? "The camera cannot be used now. Type the number instead.";
