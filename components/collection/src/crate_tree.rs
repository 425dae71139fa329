//! The rule of nesting: a crate may contain crates, which contain none themselves.

use std::collections::HashMap;

use uuid::Uuid;

use crate::error::FieldError;
use crate::record::JsonObject;

/// The crates of a user outside the trash, each with the crate that contains it.
#[derive(Debug, Default)]
pub struct CrateTree {
    parents: HashMap<Uuid, Option<Uuid>>,
    /// How many crates each crate contains.
    children: HashMap<Uuid, usize>,
}

impl CrateTree {
    /// The tree of pairs of a crate and the crate that contains it.
    pub fn new(crates: impl Iterator<Item = (Uuid, Option<Uuid>)>) -> Self {
        let mut tree = Self::default();
        crates.for_each(|(uid, parent)| tree.set(uid, parent));
        tree
    }

    fn set(&mut self, uid: Uuid, parent: Option<Uuid>) {
        if let Some(former) = self.parents.insert(uid, parent).flatten()
            && let Some(count) = self.children.get_mut(&former)
        {
            *count -= 1;
        }
        if let Some(parent) = parent {
            *self.children.entry(parent).or_default() += 1;
        }
    }

    pub fn contains(&self, uid: &Uuid) -> bool {
        self.parents.contains_key(uid)
    }

    /// Adds or moves a crate as a checked patch says.
    ///
    /// # Errors
    /// A fault of the field `parent` if it is not the uid of a top-level crate, or if the crate has crates itself.
    pub fn put(&mut self, uid: Uuid, patch: &str) -> Result<(), FieldError> {
        let patch: Option<JsonObject<'_>> = serde_json::from_str(patch).ok();
        let Some(parent) = patch.as_ref().and_then(|patch| patch.member("parent")) else {
            self.parents.entry(uid).or_insert(None);
            return Ok(());
        };
        let parent = serde_json::from_str::<String>(parent.get()).ok().and_then(|parent| Uuid::try_parse(&parent).ok());
        if let Some(parent) = parent {
            let is_top_level = self.parents.get(&parent).is_some_and(|grandparent| grandparent.is_none());
            let has_children = self.children.get(&uid).is_some_and(|count| *count > 0);
            if !is_top_level || parent == uid || has_children {
                let message = "must be a crate without a parent; a crate that contains crates has no parent";
                return Err(FieldError::new("parent", message));
            }
        }
        self.set(uid, parent);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_nest_one_level_deep() {
        let [top, inner, other] = [1, 2, 3].map(Uuid::from_u128);
        let in_crate = |parent: Uuid| format!(r#"{{"parent":"{parent}"}}"#);
        let mut tree = CrateTree::default();
        assert!(tree.put(top, r#"{"name":"Jazz"}"#).is_ok());
        assert!(tree.put(inner, &in_crate(top)).is_ok());
        assert!(tree.put(other, &in_crate(inner)).is_err(), "the second level");
        assert!(tree.put(other, &in_crate(other)).is_err(), "in itself");
        assert!(tree.put(other, r#"{"name":"Rock"}"#).is_ok());
        assert!(tree.put(top, &in_crate(other)).is_err(), "a crate that contains crates");
        assert!(tree.put(inner, r#"{"parent":null}"#).is_ok());
        assert!(tree.put(top, &in_crate(other)).is_ok());
    }
}
