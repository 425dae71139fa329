//! Guarantees of the host: no acknowledged write is lost, two hosts may share a database, and a component has only the
//! resources that the manifest grants.

mod backup;
mod crash;
mod enrichment;
mod jobs;
mod load;
mod password;
mod permissions;
mod two_hosts;
