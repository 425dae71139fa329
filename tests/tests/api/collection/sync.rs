//! `POST /api/collection/sync` and `GET /api/collection/changes`.

mod bad_input;
mod device;
mod plain;

const SYNC: &str = "/api/collection/sync";
