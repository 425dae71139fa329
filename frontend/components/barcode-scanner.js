/**
 * Reads barcodes with the camera: by the browser's own detector, or by Quagga2, which is loaded only if it is needed.
 */

import { isBarcode } from "../js/models/barcode.js";
import { el } from "../js/ui/dom.js";
import { smallButton } from "../js/ui/form.js";
import { icon } from "../js/ui/icons.js";

const FORMATS = ["ean_13", "upc_a", "ean_8"];
const PAUSE_MS = 120;
const QUAGGA = "/vendor/quagga2-1.12.1.min.js";

/** @type {Record<string, string>} */
const ERROR_TEXTS = {
    NotAllowedError:
        "The camera is not allowed here. Allow it in the browser’s settings for this site, or type the number.",
    NotFoundError: "This device has no camera. Type the number instead.",
    NotReadableError: "Another application uses the camera. Close it and try again, or type the number.",
    NotSupportedError: "This browser cannot use the camera on this page. Type the number instead.",
};
const OTHER_ERROR = "The camera cannot be used right now. Type the number instead.";

/** @typedef {(video: HTMLVideoElement) => Promise<string[]>} BarcodeReader */

/** One use of the camera. */
export class BarcodeScanner {
    /** @type {MediaStream|null} */
    #stream = null;
    #isStopped = false;
    #video = el("video", { playsinline: true, muted: true, "aria-label": "The picture of the camera" });
    #status = el("p", { class: "fine", role: "status" }, "Hold the barcode in front of the camera.");

    /**
     * Shows the picture in `place`, and calls `onCode` once with a barcode whose check digit is correct.
     * @param {HTMLElement} place
     * @param {(code: string) => void} onCode
     */
    constructor(place, onCode) {
        this.place = place;
        place.className = "scanner";
        place.hidden = false;
        const stop = smallButton({ class: "push", onclick: () => this.stop() }, icon("stop"), "Stop");
        place.replaceChildren(this.#video, el("div", { class: "row" }, this.#status, stop));
        this.#run(onCode);
    }

    stop() {
        this.#isStopped = true;
        this.#stopCamera();
        this.place.hidden = true;
        this.place.replaceChildren();
    }

    #stopCamera() {
        this.#stream?.getTracks().forEach((track) => track.stop());
    }

    /** @param {(code: string) => void} onCode */
    async #run(onCode) {
        try {
            const code = await this.#readCode();
            if (!code) return;
            this.stop();
            navigator.vibrate?.(60);
            onCode(code);
        } catch (error) {
            this.#stopCamera();
            this.#video.remove();
            const name = error instanceof Error || error instanceof DOMException ? error.name : "";
            this.#status.textContent = ERROR_TEXTS[name] ?? OTHER_ERROR;
        }
    }

    /** @returns {Promise<string|null>} null if it was stopped */
    async #readCode() {
        if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotSupportedError");
        const camera = { facingMode: "environment", width: { ideal: 1280 } };
        this.#stream = await navigator.mediaDevices.getUserMedia({ video: camera });
        if (this.#isStopped) {
            this.#stopCamera();
            return null;
        }
        this.#video.srcObject = this.#stream;
        await this.#video.play();
        const read = await makeReader();
        while (!this.#isStopped) {
            const code = (await read(this.#video)).find(isBarcode);
            if (code && !this.#isStopped) return code;
            await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
        return null;
    }
}

/** @returns {Promise<BarcodeReader>} */
async function makeReader() {
    const hasDetector = "BarcodeDetector" in globalThis;
    const supported = hasDetector ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    const formats = FORMATS.filter((format) => supported.includes(format));
    if (formats.length) {
        const detector = new BarcodeDetector({ formats });
        return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
    }
    const quagga = await loadQuagga();
    const canvas = document.createElement("canvas");
    return (video) => readFrame(quagga, canvas, video);
}

async function loadQuagga() {
    if (!globalThis.Quagga) await import(QUAGGA);
    if (!globalThis.Quagga) throw new DOMException("", "NotSupportedError");
    return globalThis.Quagga;
}

/**
 * @param {Quagga} quagga
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLVideoElement} video
 * @returns {Promise<string[]>}
 */
function readFrame(quagga, canvas, video) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const config = {
        src: canvas.toDataURL("image/jpeg", 0.9),
        numOfWorkers: 0,
        locate: true,
        inputStream: { size: 800 },
        decoder: { readers: ["ean_reader", "upc_reader", "ean_8_reader"] },
    };
    return new Promise((resolve) =>
        quagga.decodeSingle(config, (result) => resolve(result?.codeResult ? [result.codeResult.code] : [])),
    );
}
