//! Ids in the path. A path whose id cannot exist is not found.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::problem::Problem;

/// Makes an extractor for the one parameter of a path, and describes it.
macro_rules! path_parameter {
    ($(#[$attribute:meta])* $name:ident($type:ty) = $parameter:literal, $parse:ident, $description:literal) => {
        $(#[$attribute])*
        pub struct $name(pub $type);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                read::<String, S>(parts, state).await.and_then($parse).map(Self)
            }
        }

        #[cfg(test)]
        impl super::describe::DescribeInput for $name {
            fn describe(inputs: &mut super::describe::Inputs) {
                inputs.path_parameter::<$type>($parameter, $description);
            }
        }
    };
}

path_parameter! { AlbumId(i64) = "id", parse_id, "The id of an album." }
path_parameter! { ConversationId(i64) = "id", parse_id, "The id of a conversation." }
path_parameter! { ReleaseId(i64) = "id", parse_id, "The id of a release at Discogs." }
path_parameter! { SessionId(String) = "id", Ok, "The id of a session." }
path_parameter! { InvitationId(String) = "id", Ok, "The id of an invitation." }
path_parameter! { CrateUid(String) = "uid", Ok, "The uid of a crate." }
path_parameter! { CoverFile(String) = "file", Ok, "`{name}.jpg`, as the documents of `/api/discogs` name it." }

/// A value that lost a merge, and its album.
pub struct LostValue {
    pub album_id: i64,
    pub id: i64,
}

impl<S: Send + Sync> FromRequestParts<S> for LostValue {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (album_id, id) = read::<(String, String), S>(parts, state).await?;
        Ok(Self { album_id: parse_id(album_id)?, id: parse_id(id)? })
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for LostValue {
    fn describe(inputs: &mut super::describe::Inputs) {
        inputs.path_parameter::<i64>("id", "The id of an album.");
        inputs.path_parameter::<i64>("lost_id", "The id of the lost value.");
    }
}

async fn read<T, S>(parts: &mut Parts, state: &S) -> Result<T, Problem>
where
    Path<T>: FromRequestParts<S>,
    S: Send + Sync,
{
    Path::<T>::from_request_parts(parts, state).await.map(|Path(value)| value).map_err(|_| Problem::not_found())
}

fn parse_id(text: String) -> Result<i64, Problem> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(Problem::not_found)
}
