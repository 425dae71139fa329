//! Pressings from MusicBrainz and covers from the Cover Art Archive: the service behind `vinyl:musicbrainz/lookups`
//! (`wit/musicbrainz/musicbrainz.wit` documents the contract).
//!
//! | Module | What it does |
//! |---|---|
//! | `question`, `find` | checks what is known of a record, and finds it step by step, the most certain way first |
//! | `api` | MusicBrainz' API: its JSON, the HTTP client, the one request a second |
//! | `document` | the answer: the fields of an album that a release gives |
//! | `cover`, `cover_name` | images of the Cover Art Archive, and their names in our addresses |
//! | `config`, `error` | variables; conversions into the contract's error |
//! | `store` | all SQL |

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a failed assertion should panic"
    )
)]

mod api;
mod config;
mod cover;
mod cover_name;
mod document;
mod error;
mod find;
mod question;
mod store;

mod bindings {
    wit_bindgen::generate!({ path: "../../wit/musicbrainz", world: "musicbrainz" });
}

use bindings::exports::vinyl::musicbrainz::lookups as contract;
use contract::{Error, Guest, Picture, Question, Urgency};

struct MusicBrainz;

impl bindings::exports::vinyl::musicbrainz::configuration::Guest for MusicBrainz {
    fn configure(values: Vec<(String, String)>) {
        guest::variables::hand_over(values);
    }
}

impl Guest for MusicBrainz {
    async fn find(question: Question, urgency: Urgency) -> Result<String, Error> {
        find::find(question, urgency).await
    }

    async fn cover(name: String) -> Result<Picture, Error> {
        let cover::Image { media_type, bytes, max_age } = cover::read_cover(&name).await?;
        let length = u64::try_from(bytes.len()).map_err(error::internal)?;
        let (mut writer, reader) = bindings::wit_stream::new();
        wit_bindgen::spawn(async move {
            // `write_all` returns the bytes that a reader did not take before it closed the stream.
            let _ = writer.write_all(bytes).await;
        });
        Ok(Picture { media_type: media_type.to_owned(), length, max_age, bytes: reader })
    }
}

bindings::export!(MusicBrainz with_types_in bindings);
