//! What a hostile client tries, against the shipped components: every input costs a bounded amount of time, memory,
//! disk and work, and harms no one else. `docs/security.md` says what is promised.
//!
//! | Module | Attack |
//! |---|---|
//! | `assistant` | questions, conversations and keys without end; many answers at a time; a key sent elsewhere |
//! | `covers` | covers that no one looked up; huge images; more covers than the disk has room for |
//! | `lookups` | lookups without end, by one account, by all, and without an account |
//! | `passwords` | accounts with passwords that are guessed first |
//! | `sessions` | tokens are used after their session has ended, or were copied |
//! | `sign_in` | passwords, refresh tokens and the operator's secret are guessed |
//! | `registration` | a stranger registers where accounts are by invitation, or before the operator |
//! | `security_log` | what an operator reads about the attacks above |
//! | `connections` | many connections of one address; clients that leave before they are answered |
//! | `database` | none: the database is away |
//! | `disk` | a disk that is nearly full |
//! | `files` | other users of the machine |
//! | `memory` | more bodies at once than there is memory for |
//! | `neighbours` | requests that make their instance fail |
//! | `unread_answers` | clients that ask for much and read nothing |
//! | `limits` | more requests than a client may send |
//! | `proxies` | another address, claimed by a header |
//! | `hosts`, `headers` | another host name; what browsers and caches keep |
//! | `health` | how the installation is, asked by strangers |
//! | `slow_clients` | silence, partial requests, bodies that do not arrive |
//! | `pages` | answers of collections with large documents |
//! | `documents` | documents that are too large at once, or become so by many edits |
//! | `work` | inputs that are built to cost time or memory |
//! | `quotas` | one account that stores without end |
//! | `start` | none: the defaults of the manifest, limits included, serve a collector |

mod assistant;
mod connections;
mod covers;
mod database;
mod disk;
mod documents;
mod files;
mod headers;
mod health;
mod hosts;
mod http2;
mod limits;
mod lookups;
mod memory;
mod neighbours;
mod pages;
mod passwords;
mod proxies;
mod quotas;
mod registration;
mod security_log;
mod sessions;
mod sign_in;
mod slow_clients;
mod start;
mod unread_answers;
mod work;
