//! The arguments of handlers. Each reads one thing from the request, and describes it for the OpenAPI document.

pub mod body;
pub mod caller;
pub mod client;
pub mod conditions;
pub mod database;
#[cfg(test)]
pub mod describe;
mod header;
pub mod operator;
pub mod path;
pub mod query;
