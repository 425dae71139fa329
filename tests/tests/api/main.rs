//! Tests of the HTTP API, run against the shipped components. The files mirror the routes.

mod assets;
mod auth;
mod chat;
mod collection;
mod discogs;
mod every_route;
mod health;
mod jobs;
mod musicbrainz;
mod openapi;
mod outsider;
mod system;
