//! The component `chat`: answers questions about a collection (`wit/chat` is its contract).
//!
//! | Module | Content |
//! |---|---|
//! | `question` | checks a question (limits, quota, conversation, provider) and prepares its answer |
//! | `answer` | sends one answer to the client and stores it |
//! | `client` | the stream of events to the client, with heartbeats and timeouts |
//! | `builtin` | the assistant that needs no provider |
//! | `relay` | forwards the answer of a language model, after retries if the provider is busy |
//! | `catalog` | the providers that this release knows |
//! | `selection` | which provider answers a user, and with which key |
//! | `origin` | the servers of providers: where requests and keys may be sent |
//! | `provider` | requests to a provider and the decoding of its answer; one file for each API format |
//! | `upstream`, `sse` | one HTTP request, and the parser of server-sent events |
//! | `prompt` | the input of a language model: rules, data, and the history within a budget |
//! | `context`, `reading` | what the collection found for the question, and how it understood the question |
//! | `conversations` | the limits of lists and titles |
//! | `keys`, `cipher` | users' own keys, and their encryption |
//! | `store` | all SQL |

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")
)]

mod answer;
mod builtin;
mod catalog;
mod cipher;
mod client;
mod config;
mod context;
mod conversations;
mod error;
mod keys;
mod origin;
mod prompt;
mod provider;
mod question;
mod reading;
mod relay;
mod selection;
mod sse;
mod store;
mod upstream;

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/chat", world: "chat" });
}

use bindings::exports::vinyl::chat as contract;
use contract::{
    assistant::{Context, Event, Question},
    keys::StoredKey,
    types::Error,
};
use wit_bindgen::StreamReader;

use crate::{client::ClientStream, config::Config};

struct Chat;

impl bindings::exports::vinyl::chat::configuration::Guest for Chat {
    fn configure(values: Vec<(String, String)>) {
        guest::variables::hand_over(values);
    }
}

impl contract::assistant::Guest for Chat {
    async fn check(user: i64, question: Question) -> Result<(), Error> {
        question::check(user, &question, &Config::read().await?).await
    }

    async fn ask(user: i64, question: Question, context: Context) -> Result<(i64, StreamReader<Event>), Error> {
        let config = Config::read().await?;
        let job = question::accept(user, question, context, &config).await?;
        let conversation = job.conversation;
        let (writer, reader) = bindings::wit_stream::new();
        wit_bindgen::spawn(answer::run(job, ClientStream::new(writer, config.heartbeat)));
        Ok((conversation, reader))
    }

    async fn providers(user: i64) -> Result<String, Error> {
        selection::list(user).await
    }
}

impl contract::conversations::Guest for Chat {
    async fn list_page(user: i64, limit: Option<i64>, cursor: Option<String>) -> Result<String, Error> {
        conversations::list_page(user, limit, cursor.as_deref()).await
    }

    async fn get(user: i64, id: i64, cursor: Option<String>) -> Result<String, Error> {
        conversations::get(user, id, cursor.as_deref()).await
    }

    async fn rename(user: i64, id: i64, title: String) -> Result<String, Error> {
        conversations::rename(user, id, &title).await
    }

    async fn delete(user: i64, id: i64) -> Result<(), Error> {
        conversations::delete(user, id).await
    }
}

impl contract::keys::Guest for Chat {
    async fn store(user: i64, provider: String, key: String, model: Option<String>) -> Result<StoredKey, Error> {
        keys::store(user, &provider, &key, model.as_deref()).await
    }

    async fn get(user: i64) -> Result<StoredKey, Error> {
        keys::get(user).await
    }

    async fn delete(user: i64) -> Result<(), Error> {
        keys::delete(user).await
    }
}

bindings::export!(Chat with_types_in bindings);
