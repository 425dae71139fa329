//! `/api/collection` and `/api/collection/{id}`.

mod bad_input;
mod change;
mod list;
mod owned;
mod trash;
