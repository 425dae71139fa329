//! Reads the crates of a user.

use uuid::Uuid;

use super::Store;
use crate::crate_tree::CrateTree;
use crate::error::Error;

#[derive(Debug)]
pub struct StoredCrate {
    pub uid: Uuid,
    pub name: String,
    /// The uid of the crate that contains it.
    pub parent: Option<Uuid>,
}

impl Store {
    /// All crates outside the trash, in order: `{"items":[…]}`.
    pub async fn list_crates(&self, user: i64) -> Result<String, Error> {
        const SQL: &str = "SELECT concat('{\"items\":[', group_concat(doc, ','), ']}') FROM (
            SELECT doc FROM records WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL
            ORDER BY coalesce(doc ->> '$.position', 9e999), lower(doc ->> '$.name'), id)";
        self.query_document(SQL, [user.into()]).await
    }

    /// The crates outside the trash, newest first.
    pub async fn crates(&self, user: i64) -> Result<Vec<StoredCrate>, Error> {
        const SQL: &str = "SELECT uid, doc ->> '$.name', doc ->> '$.parent' FROM records
            WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL ORDER BY id DESC";
        let mut crates = Vec::new();
        for mut row in self.connection.query(SQL, [user.into()]).await? {
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(0)?) {
                let parent = row.take::<Option<String>>(2)?.and_then(|parent| Uuid::try_parse(&parent).ok());
                crates.push(StoredCrate { uid, name: row.take(1)?, parent });
            }
        }
        Ok(crates)
    }

    /// How the crates outside the trash nest.
    pub async fn crate_tree(&self, user: i64) -> Result<CrateTree, Error> {
        let crates = self.crates(user).await?;
        Ok(CrateTree::new(crates.iter().map(|found| (found.uid, found.parent))))
    }
}
