//! The HTTP contract, route by route, over the shipped components. The files mirror the routes.

mod assets;
mod auth;
mod chat;
mod collection;
mod crates;
mod discogs;
mod edge;
mod export;
mod health;
mod import;
mod openapi;
mod outsider;
mod stats;
mod sync;
mod system;
mod wants;
