// What the web app puts on the global scope, and the browser interfaces that TypeScript does not describe.

/** The tools of `frontend/js/kernel/`, shared by the pages and the service worker. */
interface Vault {
    database: {
        ask<T>(request: IDBRequest<T>): Promise<T>;
        run<T>(
            database: IDBDatabase,
            stores: string[],
            mode: "readonly" | "readwrite",
            work: (...stores: IDBObjectStore[]) => Promise<T> | T,
        ): Promise<T>;
        openSession(): Promise<IDBDatabase>;
        openUser(userId: number): Promise<IDBDatabase>;
        removeUser(userId: number): Promise<unknown>;
    };
    session: {
        load(): Promise<VaultSession | null>;
        save(session: VaultSession): Promise<VaultSession>;
        saveAnswer(answer: VaultTokens): Promise<VaultSession>;
        clear(): Promise<void>;
        refresh(stale: string): Promise<VaultSession | null>;
        fetch(path: string, init?: RequestInit): Promise<Response>;
        runExclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
    };
    exchange: {
        synchronise(userId: number, onProgress?: (changed: string[] | null) => void | Promise<void>): Promise<void>;
    };
}

interface VaultUser {
    id: number;
    email: string;
    name?: string;
    role: "member" | "super_admin";
    created_at: string;
    updated_at: string;
}

/** The answer to a sign-in, a registration or a refresh. */
interface VaultTokens {
    access_token: string;
    refresh_token: string;
    /** Seconds. */
    expires_in: number;
    user: VaultUser;
}

/** The session as it is stored in IndexedDB. */
interface VaultSession {
    access_token: string;
    refresh_token: string;
    /** Milliseconds since 1970. */
    expires_at: number;
    user: VaultUser;
    /** Sent with a refresh whose answer has not arrived yet. */
    retry_key?: string;
    /** The server has ended the session; the user's data is still in this browser. */
    ended?: boolean;
}

declare var vault: Vault;

/** A field at fault, as the API names it. */
interface Fault {
    field: string;
    message: string;
}

interface ServiceWorkerRegistration {
    /** Background sync; Chromium only. */
    readonly sync?: { register(tag: string): Promise<void> };
}
