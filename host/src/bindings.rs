//! The Rust side of `wit/`, made by Wasmtime's `bindgen!`.

wasmtime::component::bindgen!({
    path: "wit",
    world: "vinyl:host/imports",
    // The blocking variants of Spin's SQLite suspend the guest, not the thread.
    imports: {
        "spin:sqlite/sqlite.[static]connection.open": async,
        "spin:sqlite/sqlite.[method]connection.execute": async,
        "spin:key-value/key-value.[method]store.get-keys": trappable,
    },
    with: {
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
        "spin:key-value/key-value.store": crate::key_value::Store,
    },
});
