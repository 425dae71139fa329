//! Lists and titles of conversations: the limits of the contract.

use serde_json::json;

use crate::{
    contract::types::Error,
    error::{Result, field_error, invalid},
    store::Store,
};

const MAX_LIMIT: i64 = 1_000;
const DEFAULT_LIMIT: i64 = 100;
const MAX_TITLE: usize = 200;
const NOT_A_CURSOR: &str = "is not a cursor of this list";

pub async fn list_page(user: i64, limit: Option<i64>, cursor: Option<&str>) -> Result<String> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    let mut faults = Vec::new();
    if !(1..=MAX_LIMIT).contains(&limit) {
        faults.push(field_error("limit", format!("must be a whole number from 1 to {MAX_LIMIT}")));
    }
    let cursor = cursor.map(decode_cursor);
    if cursor == Some(None) {
        faults.push(field_error("cursor", NOT_A_CURSOR));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    Store::open().await?.conversations(user, limit, cursor.flatten()).await
}

pub async fn get(user: i64, id: i64, cursor: Option<&str>) -> Result<String> {
    let cursor = cursor.map(|cursor| parse_message_cursor(cursor).ok_or_else(|| invalid("cursor", NOT_A_CURSOR)));
    Store::open().await?.conversation(user, id, cursor.transpose()?).await
}

pub async fn rename(user: i64, id: i64, title: &str) -> Result<String> {
    let title = title.trim();
    if !(1..=MAX_TITLE).contains(&title.chars().count()) {
        return Err(invalid("title", format!("must have 1 to {MAX_TITLE} characters")));
    }
    if title.chars().any(char::is_control) {
        return Err(invalid("title", "must not contain control characters"));
    }
    Store::open().await?.rename(user, id, title).await
}

pub async fn delete(user: i64, id: i64) -> Result<()> {
    Store::open().await?.delete_conversation(user, id).await
}

/// The id of the first message of the page before.
fn parse_message_cursor(cursor: &str) -> Option<i64> {
    let is_number = cursor.len() <= 18 && cursor.bytes().all(|byte| byte.is_ascii_digit());
    cursor.parse().ok().filter(|_| is_number)
}

/// A cursor is the position of the last conversation of a page, `[updated_at, id]`, as JSON in hex. Returns the JSON.
fn decode_cursor(cursor: &str) -> Option<String> {
    let bytes = hex::decode(cursor).ok()?;
    let (updated_at, id) = serde_json::from_slice::<(String, i64)>(&bytes).ok()?;
    Some(json!([updated_at, id]).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_messages_is_a_number() {
        assert_eq!(parse_message_cursor("17"), Some(17));
        for other in ["", "-1", "+1", "1.5", "x", "99999999999999999999"] {
            assert_eq!(parse_message_cursor(other), None, "{other}");
        }
    }

    #[test]
    fn a_cursor_of_another_list_is_not_decoded() {
        let cursor = hex::encode(r#"["2026-11-20T12:00:00.000Z",7]"#);
        assert_eq!(decode_cursor(&cursor).as_deref(), Some(r#"["2026-11-20T12:00:00.000Z",7]"#));
        for other in ["", "abc", "zz", &hex::encode("[7]"), &hex::encode("x")] {
            assert_eq!(decode_cursor(other), None, "{other}");
        }
    }
}
