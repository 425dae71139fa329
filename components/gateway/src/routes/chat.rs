//! `/api/chat`: questions about the collection.

mod answer;
mod context;

use std::convert::Infallible;

use axum::{Extension, extract::FromRequestParts, response::Response};
use gateway_macros::operation;
use http::{HeaderMap, StatusCode, header, request::Parts};
use serde::Deserialize;
use serde_json::value::RawValue;

#[cfg(test)]
use crate::schema::{
    album::NewAlbum,
    chat::{Answered, Providers},
};
use crate::{
    extract::{body::Json, caller::Caller, database::Writable},
    problem::Problem,
    reply,
    services::{call, chat::assistant, collection::insights},
    trace::Trace,
};

// `schema::album` is compiled for tests only, so this schema is too.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[cfg_attr(test, schema(min_length = 1, max_length = 8000, pattern = r"\S"))]
    message: String,
    /// The conversation to continue; absent: a new one.
    conversation_id: Option<i64>,
    /// The `id` of an available provider of `/api/chat/providers`; absent: the default one.
    provider: Option<String>,
    /// Albums to ask about instead of the stored ones, at most 5,000.
    #[cfg_attr(test, schema(value_type = Option<Vec<NewAlbum>>, max_items = 5_000))]
    collection: Option<Box<RawValue>>,
}

/// Answers a question about the caller's collection: as server-sent events (`delta`, `done`, `error`), word by word, if
/// the client accepts `text/event-stream`; else as JSON.
#[operation(tag = "chat", responses((
    status = 200,
    description = "The answer.",
    content((Answered = "application/json"), (String = "text/event-stream")),
)))]
pub async fn ask(
    _: Writable,
    Caller(caller): Caller,
    Extension(trace): Extension<Trace>,
    AcceptsEvents(accepts_events): AcceptsEvents,
    Json(question): Json<Question>,
) -> Result<Response, Problem> {
    let Question { message, conversation_id, provider, collection } = question;
    let collection = collection.map(|collection| collection.get().to_owned());
    let question = assistant::Question { message, conversation_id, provider };
    // Before the context, which costs more: a caller without a question left gets none computed.
    call(assistant::check(caller.user_id, question.clone())).await?;
    let context = call(insights::context_for_question(caller.user_id, question.message.clone(), collection)).await?;
    let context = context::to_chat(context);
    let (conversation, events) = call(assistant::ask(caller.user_id, question, context)).await?;
    match accepts_events {
        true => Ok(answer::server_sent_events(events, conversation, trace)),
        false => answer::json(events, conversation, trace).await,
    }
}

/// The providers that can answer the caller's questions.
#[operation(tag = "chat", responses((status = 200, description = "The providers.", body = Providers)))]
pub async fn providers(Caller(caller): Caller) -> Result<Response, Problem> {
    let document = call(assistant::providers(caller.user_id)).await?;
    Ok(reply::private_document(StatusCode::OK, document))
}

/// Whether the header `Accept` names `text/event-stream`.
pub struct AcceptsEvents(bool);

impl<S: Sync> FromRequestParts<S> for AcceptsEvents {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(accepts_events(&parts.headers)))
    }
}

/// OpenAPI describes `Accept` by the media types of the responses.
#[cfg(test)]
impl crate::extract::describe::DescribeInput for AcceptsEvents {}

fn accepts_events(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let mut types = values.flat_map(|value| value.split(',')).filter_map(|range| range.split(';').next());
    types.any(|media| media.trim().eq_ignore_ascii_case("text/event-stream"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn events_are_sent_only_if_accepted_by_name() {
        let accepts = |value: &'static str| {
            accepts_events(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(value))]))
        };
        assert!(accepts("text/event-stream"));
        assert!(accepts("application/json;q=0.5, Text/Event-Stream; q=1"));
        assert!(!accepts("*/*"));
        assert!(!accepts_events(&HeaderMap::new()));
    }
}
