// The line between a device and the vault: it can be cut, and its requests can be counted and changed. It is an HTTP
// proxy with its own port, and so its own origin. The requests of the service worker go through it too.

import { once } from "node:events";
import http from "node:http";

export class Line {
    /** All requests so far, as `METHOD /path`. */
    requests = [];
    #overrides = new Map();
    #slow = new Set();
    #lost = new Set();
    #refused = new Map();
    #held = new Map();
    #isCut = false;
    #sockets = new Set();

    constructor(target) {
        this.target = new URL(target);
        this.server = http.createServer((request, response) => this.#carry(request, response));
        this.server.on("connection", (socket) => {
            if (this.#isCut) return socket.destroy();
            this.#sockets.add(socket);
            socket.on("close", () => this.#sockets.delete(socket));
        });
    }

    async open() {
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        this.url = `http://127.0.0.1:${this.server.address().port}`;
        return this;
    }

    /** Breaks all connections; new ones fail. */
    cut() {
        this.#isCut = true;
        for (const socket of this.#sockets) socket.destroy();
    }

    restore() {
        this.#isCut = false;
    }

    close() {
        this.cut();
        this.server.close();
    }

    /**
     * Changes the answers to a path.
     * @param {string} path
     * @param {(body: string) => string} change receives the text of the real answer
     */
    override(path, change) {
        this.#overrides.set(path, change);
    }

    /**
     * Answers requests to a path with a problem instead of forwarding them, until `accept` is called.
     * @param {string} path
     * @param {{status: number, code?: string, retryAfter?: number, [member: string]: unknown}} problem
     * @param {(body: string) => boolean} [isRefused] by the body of the request; the default refuses all
     */
    refuse(path, problem, isRefused = () => true) {
        this.#refused.set(path, { problem, isRefused });
    }

    /** Answers requests to a path with this JSON instead of forwarding them. */
    answer(path, json) {
        this.refuse(path, { status: 200, ...json });
    }

    accept(path) {
        this.#refused.delete(path);
    }

    /** Forwards the next request to a path, but drops its answer. */
    loseAnswer(path) {
        this.#lost.add(path);
    }

    /**
     * Keeps the requests to a path waiting.
     * @returns {() => void} forwards those that wait, and no longer keeps others
     */
    hold(path) {
        let release;
        this.#held.set(path, new Promise((resolve) => (release = resolve)));
        return () => {
            this.#held.delete(path);
            release();
        };
    }

    /** Passes on only the first event of a path's answers. */
    slowStream(path) {
        this.#slow.add(path);
    }

    count(request) {
        return this.requests.filter((seen) => seen === request).length;
    }

    /** Waits for the `number`th request of a kind, such as `GET /`. */
    async received(request, number) {
        while (this.count(request) < number) await once(this.server, "request");
    }

    async #carry(request, response) {
        const path = request.url.split("?")[0];
        this.requests.push(`${request.method} ${path}`);
        await this.#held.get(path);
        const refused = this.#refused.get(path);
        const body = refused && (await readBody(request));
        if (refused?.isRefused(body.toString())) return sendProblem(response, refused.problem);
        const change = this.#overrides.get(path);
        const headers = { ...request.headers, host: this.target.host };
        if (change) {
            headers["accept-encoding"] = "identity";
            delete headers["if-none-match"];
        }
        const forward = http.request(
            { ...target(this.target), method: request.method, path: request.url, headers },
            async (answer) => {
                if (this.#lost.delete(path)) return answer.resume().on("end", () => response.destroy());
                if (!change) {
                    response.writeHead(answer.statusCode, answer.headers);
                    return this.#slow.has(path) ? firstEvent(answer, response) : answer.pipe(response);
                }
                const chunks = [];
                for await (const chunk of answer) chunks.push(chunk);
                const body = Buffer.from(change(Buffer.concat(chunks).toString()));
                const { etag, ...kept } = answer.headers;
                response.writeHead(answer.statusCode, { ...kept, "content-length": body.length });
                response.end(body);
            },
        );
        forward.on("error", () => response.destroy());
        response.on("close", () => forward.destroy());
        if (body) forward.end(body);
        else request.pipe(forward);
    }
}

const target = ({ hostname, port }) => ({ hostname, port });

async function readBody(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks);
}

function sendProblem(response, { retryAfter, ...problem }) {
    const headers = { "content-type": "application/problem+json" };
    if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
    response.writeHead(problem.status, headers);
    response.end(JSON.stringify({ title: "Refused", detail: "Refused by the line.", ...problem }));
}

/** Passes on the first event. The stream stays open without the rest. */
async function firstEvent(answer, response) {
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    const [first] = Buffer.concat(chunks).toString().split("\n\n");
    response.write(`${first}\n\n`);
}
