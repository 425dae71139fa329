//! What a hostile client tries, against the shipped components: every input costs a bounded amount of time, memory,
//! disk and work, and harms no one else. `docs/security.md` says what is promised.
//!
//! | Module | Attack |
//! |---|---|
//! | `slow_clients` | silence, partial requests, bodies that do not arrive |
//! | `start` | none: the defaults of the manifest, limits included, serve a collector |
//! | `registration` | a stranger registers where accounts are by invitation, or before the operator |

mod registration;
mod slow_clients;
mod start;
