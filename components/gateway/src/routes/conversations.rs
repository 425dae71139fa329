//! `/api/chat/conversations`: the caller's stored conversations.

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

#[cfg(test)]
use crate::schema::chat::{Conversation, Conversations, WholeConversation};
use crate::{
    extract::{
        body::Json,
        caller::Caller,
        database::Writable,
        path::ConversationId,
        query::{
            Query,
            parameter::{Text, WholeNumber},
            query,
        },
    },
    problem::Problem,
    reply,
    services::{call, chat::conversations as service},
};

query! {
    /// The page of conversations to read.
    pub struct PageParams {
        limit: WholeNumber<1, 1000> [default = 100],
        /// The `next_cursor` of the previous page.
        cursor: Text [pattern = "^([0-9A-Fa-f]{2})+$"],
    }
}

query! {
    /// The page of messages to read.
    pub struct HistoryParams {
        /// The `next_cursor` of the page after it.
        cursor: Text [pattern = "^[0-9]{1,18}$"],
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Title {
    #[schema(min_length = 1, max_length = 200)]
    title: String,
}

/// The caller's conversations, latest first.
#[operation(tag = "chat", responses((status = 200, description = "A page.", body = Conversations)))]
pub async fn conversations(Caller(caller): Caller, Query(page): Query<PageParams>) -> Result<Response, Problem> {
    let document = call(service::list_page(caller.user_id, page.limit, page.cursor)).await?;
    Ok(reply::private_document(StatusCode::OK, document))
}

/// A conversation and its latest messages, or those before a cursor.
#[operation(tag = "chat", responses((status = 200, description = "The conversation.", body = WholeConversation)))]
pub async fn conversation(
    Caller(caller): Caller,
    ConversationId(id): ConversationId,
    Query(HistoryParams { cursor }): Query<HistoryParams>,
) -> Result<Response, Problem> {
    let document = call(service::get(caller.user_id, id, cursor)).await?;
    Ok(reply::private_document(StatusCode::OK, document))
}

/// Sets the title of a conversation.
#[operation(tag = "chat", responses((status = 200, description = "The conversation.", body = Conversation)))]
pub async fn rename(
    _: Writable,
    Caller(caller): Caller,
    ConversationId(id): ConversationId,
    Json(Title { title }): Json<Title>,
) -> Result<Response, Problem> {
    let document = call(service::rename(caller.user_id, id, title)).await?;
    Ok(reply::private_document(StatusCode::OK, document))
}

/// Permanently deletes a conversation and its messages.
#[operation(tag = "chat", responses((status = 204, description = "The conversation was deleted.")))]
pub async fn delete(
    _: Writable,
    Caller(caller): Caller,
    ConversationId(id): ConversationId,
) -> Result<StatusCode, Problem> {
    call(service::delete(caller.user_id, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
