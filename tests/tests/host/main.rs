//! What the host promises: nothing acknowledged is lost, two of it may share a database, and no component gets what the
//! manifest does not grant.

mod backup;
mod crash;
mod crowd;
mod permissions;
mod two_hosts;
