//! JSON documents that the gateway passes through as bytes, for the OpenAPI document. Compiled for tests only; the
//! services write and check these documents.

#![allow(dead_code, reason = "these types are described, never constructed")]

pub mod album;
pub mod chat;
pub mod crates;
pub mod discogs_import;
pub mod enrichment;
pub mod history;
pub mod insights;
pub mod invitation;
pub mod jobs;
pub mod lookup;
pub mod musicbrainz;
pub mod problem;
pub mod registration;
pub mod sync;
pub mod transfer;
