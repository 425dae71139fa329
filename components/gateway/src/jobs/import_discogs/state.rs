//! How far an import is.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Begin,
    /// Reads the newest copies only: if there is no new one, and as many as before, the rest is not read.
    Look,
    Copies,
    Wants,
    Done,
}

/// The state of the job, and its progress, of which people see all but the first three members.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    pub stage: Stage,
    /// Of `discogs_accounts`.
    pub run: i64,
    pub follow: bool,
    /// The page that is read next.
    pub page: u32,
    pub pages: u32,
    pub pages_read: u32,
    pub records: u32,
    pub added: u32,
    pub updated: u32,
    pub unchanged: u32,
    pub rejected: u32,
    pub wants: u32,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    /// Why it waits or has stopped: the code of a problem, and the reason in words.
    pub error: Option<(String, String)>,
}

impl State {
    /// A state that cannot be read begins again, which adds nothing twice.
    pub fn parse(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
