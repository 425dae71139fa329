//! The component `chat`: questions about a collection, and who answers them (`wit/chat/chat.wit` is its contract).
//!
//! | Room | What is in it |
//! |---|---|
//! | `service` | the contract's functions |
//! | `question` | what must hold before a question is answered: limits, quota, conversation, provider |
//! | `answer` | one answer from its beginning to its end, whoever gives it; `listener` is who hears it |
//! | `builtin` | the assistant that needs no provider |
//! | `provider` | who can answer: the known ones, the operator's, the user's; one file a wire format |
//! | `upstream`, `sse` | a request to a provider, its retries, and the frames of its answer |
//! | `prompt` | what a language model is told: rules, the context as data, the history within its budget |
//! | `context` | what `vinyl:collection` said of the collection |
//! | `keys`, `seal` | users' own keys, and how they are encrypted |
//! | `store` | all SQL |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod answer;
mod builtin;
mod config;
mod context;
mod error;
mod keys;
mod listener;
mod prompt;
mod provider;
mod question;
mod seal;
mod service;
mod sse;
mod store;
mod upstream;
