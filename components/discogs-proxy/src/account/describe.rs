//! What an account follows, and how far the import is.

use serde_json::{Map, Value, json};

use super::Result;
use crate::{account_contract::Status, store::Store};

/// The most albums that are named as gone.
const MAX_GONE: usize = 100;

/// Members of the job's progress that concern the job only.
const INTERNAL: [&str; 3] = ["stage", "run", "page"];
const COUNTS: [&str; 8] = ["pages", "pages_read", "records", "added", "updated", "unchanged", "rejected", "wants"];

pub async fn describe(user: i64, job: Option<&str>, albums: Option<&str>) -> Result<Status> {
    let store = Store::open().await?;
    let row = store.find_account(user).await?;
    let mut job: Value = job.map_or(Ok(Value::Null), serde_json::from_str)?;
    let (mut document, state) = describe_job(&mut job);
    let albums: Value = albums.map_or(Ok(Value::Null), serde_json::from_str)?;
    let username = row.as_ref().map(|row| row.username.clone());
    let (follow, has_token) = row.map_or((false, false), |row| (row.follow, row.token.is_some()));
    for (name, value) in [
        ("state", state.into()),
        ("username", username.clone().into()),
        ("has_token", has_token.into()),
        ("follow", follow.into()),
        ("gone", describe_gone(albums)),
    ] {
        document.insert(name.to_owned(), value);
    }
    Ok(Status { username, follow, gone: store.gone(user).await?, document: Value::Object(document).to_string() })
}

/// The members of the document that are the job's, and the state.
fn describe_job(job: &mut Value) -> (Map<String, Value>, &'static str) {
    let mut document = match take(job, "progress") {
        Value::Object(progress) => progress,
        _ => Map::new(),
    };
    INTERNAL.iter().for_each(|name| _ = document.remove(*name));
    // No slice may have ended yet.
    COUNTS.iter().for_each(|name| _ = document.entry(*name).or_insert(0.into()));
    for name in ["started_at", "finished_at"] {
        document.entry(name).or_insert(Value::Null);
    }
    let is_finished = document.get("finished_at").is_some_and(Value::is_string);
    let error = match document.remove("error") {
        Some(Value::Array(error)) => Some(json!({"code": error.first(), "reason": error.get(1)})),
        // The slice was cut off, so it could not say why itself.
        _ if job["error"].is_string() => Some(json!({"code": "unavailable", "reason": job["error"]})),
        _ => None,
    };
    let state = match job["status"].as_str() {
        None | Some("ended") => "idle",
        Some("failed") => "failed",
        Some("running") => "running",
        Some(_) if error.is_some() => "waiting",
        Some(_) if is_finished => "idle",
        Some(_) => "running",
    };
    document.extend(error.map(|error| ("error".to_owned(), error)));
    let next_at = if job["status"] == "waiting" { take(job, "next_run_at") } else { Value::Null };
    document.insert("next_at".to_owned(), next_at);
    (document, state)
}

/// The albums that the collector has not deleted.
fn describe_gone(mut albums: Value) -> Value {
    let Value::Array(albums) = take(&mut albums, "items") else { return json!([]) };
    let present = albums.into_iter().filter(|album| album["in_trash"] == false).take(MAX_GONE);
    let named = present.map(|mut album| {
        let mut member = |name: &str| take(&mut album, name);
        json!({
            "id": member("id"), "artist": member("artist"), "album": member("album"), "wanted": member("wanted"),
        })
    });
    named.collect()
}

/// A member of an object; null if there is none.
fn take(object: &mut Value, name: &str) -> Value {
    object.get_mut(name).map(Value::take).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(job: Value) -> (&'static str, Map<String, Value>) {
        let (document, state) = describe_job(&mut { job });
        (state, document)
    }

    #[test]
    fn a_job_that_waits_for_the_next_day_is_idle() {
        assert_eq!(state(Value::Null).0, "idle");
        let job =
            |progress: Value, status: &str| json!({"status": status, "progress": progress, "next_run_at": "later"});
        assert_eq!(state(job(json!({}), "waiting")).0, "running");
        assert_eq!(state(job(json!({"finished_at": "now"}), "waiting")).0, "idle");
        let busy = json!({"stage": "copies", "pages_read": 3, "error": ["discogs_busy", "Wait."]});
        let (state, document) = state(job(busy, "waiting"));
        assert_eq!((state, &document["next_at"], &document["pages_read"]), ("waiting", &json!("later"), &json!(3)));
        assert_eq!(document["error"], json!({"code": "discogs_busy", "reason": "Wait."}));
        assert!(!document.contains_key("stage"));
    }
}
