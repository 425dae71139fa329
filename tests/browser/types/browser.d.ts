// Interfaces of pages alone: the web app's own elements, and what only some browsers offer.

interface HTMLElementTagNameMap {
    "vault-nav": import("../../../frontend/components/vault-nav.js").VaultNav;
    "record-shelf": import("../../../frontend/components/record-shelf.js").RecordShelf;
    "chat-panel": import("../../../frontend/components/chat-panel.js").ChatPanel;
    "vinyl-record": import("../../../frontend/components/vinyl-record.js").VinylRecord;
}

interface WindowEventMap {
    beforeinstallprompt: Event & {
        prompt(): Promise<void>;
        userChoice: Promise<{ outcome: "accepted" | "dismissed" }>;
    };
}

/** Chromium on Android and macOS. */
declare class BarcodeDetector {
    constructor(options: { formats: string[] });
    static getSupportedFormats(): Promise<string[]>;
    detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

/** `frontend/vendor/quagga2-*.min.js`, which puts itself on the window. */
interface Quagga {
    decodeSingle(config: object, done: (result?: { codeResult?: { code: string } }) => void): void;
}
declare var Quagga: Quagga | undefined;

/** What `el()` of `frontend/js/ui/dom.js` takes as a child; JSDoc cannot express a recursive type. */
type DomChild = Node | string | number | boolean | null | undefined | DomChild[];
