//! `GET /oauth/identity` and `GET /users/{name}/…`: collections of users.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::client::{Client, Reply};
use crate::error::Result;

/// The most that Discogs puts on a page.
const PER_PAGE: &str = "100";

/// The answer about a user.
pub enum UserAnswer<T> {
    Found(T),
    NoSuchUser,
    /// Only the owner may see it.
    Private,
    /// The credentials are not valid.
    Rejected(String),
}

/// A page of copies or wants.
#[derive(Deserialize)]
pub struct UserPage {
    #[serde(default)]
    pub pagination: Pagination,
    /// Each row is parsed on its own, so that a malformed one does not lose the others.
    #[serde(default, alias = "wants")]
    pub releases: Vec<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Pagination {
    pub pages: u32,
    pub items: u32,
}

#[derive(Deserialize)]
pub struct Identity {
    pub username: String,
}

#[derive(Deserialize)]
pub struct Folders {
    #[serde(default)]
    pub folders: Vec<Named>,
}

#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    pub fields: Vec<Named>,
}

/// A folder or a field.
#[derive(Debug, Serialize, Deserialize)]
pub struct Named {
    pub id: i64,
    #[serde(default)]
    pub name: String,
}

impl Client<'_> {
    pub async fn identity(&self) -> Result<UserAnswer<Identity>> {
        self.request("/oauth/identity", &[]).await.map(UserAnswer::from)
    }

    pub async fn folders(&self, username: &str) -> Result<UserAnswer<Folders>> {
        self.request(&format!("/users/{username}/collection/folders"), &[]).await.map(UserAnswer::from)
    }

    pub async fn fields(&self, username: &str) -> Result<UserAnswer<Fields>> {
        self.request(&format!("/users/{username}/collection/fields"), &[]).await.map(UserAnswer::from)
    }

    /// Folder 0 has the copies of all folders.
    pub async fn copies(&self, username: &str, page: u32, newest_first: bool) -> Result<UserAnswer<UserPage>> {
        let (page, order) = (page.to_string(), if newest_first { "desc" } else { "asc" });
        let query = [("page", page.as_str()), ("per_page", PER_PAGE), ("sort", "added"), ("sort_order", order)];
        self.request(&format!("/users/{username}/collection/folders/0/releases"), &query).await.map(UserAnswer::from)
    }

    pub async fn wants(&self, username: &str, page: u32) -> Result<UserAnswer<UserPage>> {
        let page = page.to_string();
        let query = [("page", page.as_str()), ("per_page", PER_PAGE)];
        self.request(&format!("/users/{username}/wants"), &query).await.map(UserAnswer::from)
    }
}

impl<T> From<Reply<T>> for UserAnswer<T> {
    fn from(reply: Reply<T>) -> Self {
        match reply {
            Reply::Found(value) => Self::Found(value),
            Reply::NotFound(_) => Self::NoSuchUser,
            Reply::Forbidden(_) => Self::Private,
            Reply::Unauthorized(message) => Self::Rejected(message),
        }
    }
}
