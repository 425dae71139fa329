//! `/api/discogs` and `/cache/images`, with a stand-in for Discogs: an HTTP server on this machine that can also fail.

mod account;
mod add;
mod budget;
mod caching;
mod cover;
mod enrichment;
mod faults;
mod price;
mod release;
mod search;
mod sharing;

use rusqlite::Connection;
use serde_json::Value;
use stand_ins::{Discogs, discogs::Pressing};
use tests::{App, Caller};

/// The application, a signed-in caller, and the stand-in for Discogs that the application uses.
struct DiscogsSetup {
    app: App,
    discogs: Discogs,
    collector: Caller,
}

const SEARCH: &str = "/database/search";
const PASTEL_BLUES: &str = "/api/discogs/search?artist=nina%20simone&album=pastel%20blues";

impl DiscogsSetup {
    async fn start() -> Self {
        Self::with(&[("discogs_token", "a-token")]).await
    }

    async fn with(variables: &[(&str, &str)]) -> Self {
        let discogs = Discogs::start().await;
        let url = discogs.url();
        let mut all = vec![("discogs_base_url", url.as_str()), ("discogs_image_url", url.as_str())];
        all.extend(variables);
        let app = App::with(&all).await;
        let collector = app.collector().await;
        Self { app, discogs, collector }
    }

    /// The document of a lookup that succeeds.
    async fn get(&self, path: &str) -> Value {
        self.collector.get(path).await.expect(200).json()
    }

    /// The database of the key-value store.
    fn store(&self) -> Connection {
        Connection::open(self.app.database().with_file_name("sqlite_key_value.db")).expect("the store")
    }

    /// Makes every cached answer older by this many seconds.
    fn age(&self, seconds: i64) {
        let store = self.store();
        let mut entries =
            store.prepare("SELECT key, value FROM spin_key_value WHERE key LIKE 'discogs/%'").expect("a statement");
        let entries = entries.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("entries");
        let entries: Vec<(String, Vec<u8>)> = entries.map(|entry| entry.expect("an entry")).collect();
        assert!(!entries.is_empty(), "nothing is cached");
        for (key, value) in entries {
            let end = value.iter().position(|byte| *byte == b'\n').expect("a head");
            let mut head: Value = serde_json::from_slice(&value[..end]).expect("a head");
            head["at"] = (head["at"].as_i64().expect("a time") - seconds * 1_000).into();
            let value = [head.to_string().as_bytes(), &value[end..]].concat();
            store
                .execute("UPDATE spin_key_value SET value = ?2 WHERE key = ?1", (key, value))
                .expect("the entry is older");
        }
    }

    /// Changes the state here and at Discogs as if a minute had passed.
    fn next_minute(&self) {
        self.app
            .connect()
            .execute_batch(
                "UPDATE discogs_requests SET counts_until = counts_until - 60000, used = NULL, silence = NULL;
                 UPDATE discogs_budget SET others_until = others_until - 60000, blocked_until = blocked_until - 60000;",
            )
            .expect("the requests age by a minute");
        self.discogs.next_minute();
    }

    /// The first pressing on vinyl of each album.
    fn firsts(&self) -> Vec<&Pressing> {
        let pressings = self.discogs.pressings().iter();
        pressings.filter(|pressing| pressing.format == "Vinyl" && !pressing.descriptions.contains(&"Reissue")).collect()
    }
}

/// The path of a search by artist and album.
fn search_for(artist: &str, album: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("artist", artist)
        .append_pair("album", album)
        .finish();
    format!("/api/discogs/search?{query}")
}
