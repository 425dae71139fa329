//! Crates: folders, nested one level.

use crate::error::Fault;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A collector's crates outside the trash, each with the one that it lies in.
#[derive(Debug, Default)]
pub struct Crates(pub HashMap<Uuid, Option<Uuid>>);

impl Crates {
    /// Makes or changes a crate by a checked patch.
    ///
    /// # Errors
    /// A fault of the field `parent` if that is no crate, or one more level than there may be.
    pub fn put(&mut self, uid: Uuid, patch: &str) -> Result<(), Fault> {
        let patch: Value = serde_json::from_str(patch).unwrap_or_default();
        let Some(parent) = patch.get("parent") else {
            self.0.entry(uid).or_insert(None);
            return Ok(());
        };
        let parent = parent.as_str().and_then(|parent| Uuid::try_parse(parent).ok());
        if let Some(parent) = parent {
            let is_top = self.0.get(&parent).is_some_and(|grandparent| grandparent.is_none());
            let has_crates = self.0.values().any(|other| *other == Some(uid));
            if !is_top || parent == uid || has_crates {
                return Err(Fault::new(
                    "parent",
                    "must be a crate that lies in no other, of one that no crate lies in",
                ));
            }
        }
        self.0.insert(uid, parent);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_nest_one_level() {
        let [top, inner, other] = [1, 2, 3].map(Uuid::from_u128);
        let within = |parent: Uuid| format!(r#"{{"parent":"{parent}"}}"#);
        let mut crates = Crates::default();
        assert!(crates.put(top, r#"{"name":"Jazz"}"#).is_ok());
        assert!(crates.put(inner, &within(top)).is_ok());
        assert!(crates.put(other, &within(inner)).is_err(), "two levels");
        assert!(crates.put(other, &within(other)).is_err(), "in itself");
        assert!(crates.put(other, r#"{"name":"Rock"}"#).is_ok());
        assert!(crates.put(top, &within(other)).is_err(), "with crates of its own");
        assert!(crates.put(inner, r#"{"parent":null}"#).is_ok());
        assert!(crates.put(top, &within(other)).is_ok());
    }
}
