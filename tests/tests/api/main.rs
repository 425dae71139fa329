//! The HTTP contract, route by route, over the shipped components. The files mirror the routes.

mod collection;
mod outsider;
mod stats;
mod sync;
