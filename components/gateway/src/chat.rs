//! `/api/chat`: questions about the collection, and the conversations they are part of.

mod context;
mod spoken;

use axum::{Extension, response::Response};
use http::{HeaderMap, StatusCode, Uri, header};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::{
    album::NewAlbum,
    albums::Id,
    body::Json,
    identity::Caller,
    problem::Problem,
    query::Parameters,
    reply,
    schema::Writable,
    services::{
        call,
        chat::{assistant, conversations as stored, keys},
        collection::insights,
    },
    trace::Trace,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[schema(min_length = 1, max_length = 8000)]
    message: String,
    /// The conversation to go on with; absent: a new one.
    #[schema(nullable = false)]
    conversation_id: Option<i64>,
    /// An `id` of `/api/chat/providers` that is available; absent: the one with `default`.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// Albums to ask about instead of the stored ones, at most 5,000.
    #[schema(nullable = false, value_type = Option<Vec<NewAlbum>>)]
    collection: Option<Box<RawValue>>,
}

/// A whole answer, or one that broke off.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Answered {
    conversation_id: i64,
    answer: String,
    /// `false`: it broke off, and `error` says why; what is here was kept.
    complete: bool,
    /// Of the stored answer.
    #[schema(nullable = false)]
    message_id: Option<i64>,
    #[schema(nullable = false)]
    provider: Option<String>,
    #[schema(nullable = false)]
    model: Option<String>,
    #[schema(nullable = false)]
    usage: Option<Usage>,
    /// What is left of today's questions.
    #[schema(nullable = false)]
    remaining: Option<u32>,
    #[schema(nullable = false)]
    error: Option<BrokenOff>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct BrokenOff {
    /// `provider_refused`, `provider_busy`, `provider_failed`, `provider_timeout`, `answer_cut_off` or `internal`.
    code: String,
    message: String,
}

/// As the provider counted.
#[derive(Serialize, ToSchema)]
pub struct Usage {
    input_tokens: u32,
    output_tokens: u32,
}

/// Answers a question about the caller's collection: word by word as server-sent events (`delta`, `done`, `error`) where the
/// caller accepts `text/event-stream`, else as JSON.
#[utoipa::path(post, path = "/api/chat", tag = "chat", security(("token" = [])), request_body = Question,
    responses((status = 200, description = "The answer", content((Answered = "application/json"), (String = "text/event-stream")))))]
pub async fn ask(
    _: Writable,
    Caller(caller): Caller,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    Json(question): Json<Question>,
) -> Result<Response, Problem> {
    let Question { message, conversation_id, provider, collection } = question;
    let collection = collection.map(|collection| collection.get().to_owned());
    let context = call(insights::context_for_question(caller.user_id, message.clone(), collection)).await?;
    let context = context::to_chat(context);
    let question = assistant::Question { message, conversation_id, provider, context };
    let (conversation, events) = call(assistant::ask(caller.user_id, question)).await?;
    match accepts_events(&headers) {
        true => Ok(spoken::events(events, conversation, trace)),
        false => spoken::json(events, conversation, trace).await,
    }
}

fn accepts_events(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let mut types = values.flat_map(|value| value.split(',')).filter_map(|range| range.split(';').next());
    types.any(|media| media.trim().eq_ignore_ascii_case("text/event-stream"))
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Conversation {
    id: i64,
    title: String,
    created_at: String,
    /// Of the latest message.
    updated_at: String,
    /// How many there are.
    messages: i64,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Conversations {
    items: Vec<Conversation>,
    next_cursor: Option<String>,
    total: i64,
}

/// A conversation with what was said in it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct WholeConversation {
    id: i64,
    title: String,
    created_at: String,
    updated_at: String,
    messages: i64,
    /// The latest 500, oldest first.
    history: Vec<Message>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Message {
    id: i64,
    /// `user` or `assistant`.
    role: String,
    content: String,
    /// `false`: the answer broke off.
    complete: bool,
    /// Why; absent if nobody was listening any more.
    #[schema(nullable = false)]
    error: Option<String>,
    #[schema(nullable = false)]
    provider: Option<String>,
    #[schema(nullable = false)]
    model: Option<String>,
    #[schema(nullable = false)]
    usage: Option<Usage>,
    created_at: String,
}

/// What `conversations` takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Place {
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The caller's conversations, latest first.
#[utoipa::path(get, path = "/api/chat/conversations", tag = "chat", security(("token" = [])), params(Place),
    responses((status = 200, description = "A page", body = Conversations)))]
pub async fn conversations(Caller(caller): Caller, uri: Uri) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let (limit, cursor) = (parameters.integer("limit", 1..=1000), parameters.text("cursor"));
    parameters.finish()?;
    call(stored::list_page(caller.user_id, limit, cursor)).await.map(reply::document).map_err(Problem::from)
}

/// A conversation and its messages.
#[utoipa::path(get, path = "/api/chat/conversations/{id}", tag = "chat", security(("token" = [])), params(("id" = i64, Path, description = "The conversation's id")),
    responses((status = 200, description = "The conversation", body = WholeConversation)))]
pub async fn conversation(Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    call(stored::get(caller.user_id, id)).await.map(reply::document).map_err(Problem::from)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Title {
    #[schema(min_length = 1, max_length = 200)]
    title: String,
}

/// Gives a conversation another title.
#[utoipa::path(patch, path = "/api/chat/conversations/{id}", tag = "chat", security(("token" = [])), request_body = Title, params(("id" = i64, Path, description = "The conversation's id")),
    responses((status = 200, description = "The conversation", body = Conversation)))]
pub async fn rename(
    _: Writable,
    Caller(caller): Caller,
    Id(id): Id,
    Json(Title { title }): Json<Title>,
) -> Result<Response, Problem> {
    call(stored::rename(caller.user_id, id, title)).await.map(reply::document).map_err(Problem::from)
}

/// Deletes a conversation for good.
#[utoipa::path(delete, path = "/api/chat/conversations/{id}", tag = "chat", security(("token" = [])), params(("id" = i64, Path, description = "The conversation's id")),
    responses((status = 204, description = "Done")))]
pub async fn delete(_: Writable, Caller(caller): Caller, Id(id): Id) -> Result<StatusCode, Problem> {
    call(stored::delete(caller.user_id, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Providers {
    /// The built-in assistant first.
    items: Vec<Provider>,
    /// Questions a day (UTC).
    limit: u32,
    remaining: u32,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Provider {
    #[schema(example = "builtin")]
    id: String,
    available: bool,
    /// Who answers if a question names no provider.
    default: bool,
    /// Whose key is used: `none` (not needed), `operator`, `yours` or `missing`.
    key: String,
    /// Where questions go.
    #[schema(nullable = false)]
    host: Option<String>,
    #[schema(nullable = false)]
    model: Option<String>,
}

/// Who can answer the caller's questions.
#[utoipa::path(get, path = "/api/chat/providers", tag = "chat", security(("token" = [])),
    responses((status = 200, description = "The providers", body = Providers)))]
pub async fn providers(Caller(caller): Caller) -> Result<Response, Problem> {
    call(assistant::providers(caller.user_id)).await.map(reply::document).map_err(Problem::from)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// `together`, `openai` or `anthropic`.
    provider: String,
    #[schema(format = Password, min_length = 8, max_length = 500)]
    key: String,
    /// Absent: a small one of the provider's.
    #[schema(nullable = false)]
    model: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct StoredKey {
    provider: String,
    /// The last four characters at most.
    last4: String,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    created_at: String,
}

/// Stores the caller's own key for a provider, encrypted, in place of the one before.
#[utoipa::path(put, path = "/api/chat/key", tag = "chat", security(("token" = [])), request_body = NewKey,
    responses((status = 200, description = "What is told of the key", body = StoredKey)))]
pub async fn store_key(_: Writable, Caller(caller): Caller, Json(new): Json<NewKey>) -> Result<Response, Problem> {
    let stored = call(keys::store(caller.user_id, new.provider, new.key, new.model)).await?;
    Ok(reply::json(StatusCode::OK, &StoredKey::from(stored)))
}

/// What is told of the caller's key; the key itself never comes out.
#[utoipa::path(get, path = "/api/chat/key", tag = "chat", security(("token" = [])),
    responses((status = 200, description = "What is told of the key", body = StoredKey)))]
pub async fn key(Caller(caller): Caller) -> Result<Response, Problem> {
    let stored = call(keys::get(caller.user_id)).await?;
    Ok(reply::json(StatusCode::OK, &StoredKey::from(stored)))
}

/// Deletes the caller's key.
#[utoipa::path(delete, path = "/api/chat/key", tag = "chat", security(("token" = [])),
    responses((status = 204, description = "Done")))]
pub async fn delete_key(_: Writable, Caller(caller): Caller) -> Result<StatusCode, Problem> {
    call(keys::delete(caller.user_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<keys::StoredKey> for StoredKey {
    fn from(keys::StoredKey { provider, last4, model, created_at }: keys::StoredKey) -> Self {
        Self { provider, last4, model, created_at }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn events_are_sent_to_who_accepts_them() {
        let accepts = |value: &'static str| {
            accepts_events(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(value))]))
        };
        assert!(accepts("text/event-stream"));
        assert!(accepts("application/json;q=0.5, Text/Event-Stream; q=1"));
        assert!(!accepts("*/*"));
        assert!(!accepts_events(&HeaderMap::new()));
    }
}
