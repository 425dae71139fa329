//! Forwards the answer of a language model to the client.

use std::time::Duration;

use guest::time::sleep;

use crate::{
    client::ClientStream,
    contract::assistant::{Event, FailureReason, Usage},
    error::{AnswerError, Incomplete},
    origin::AllowedOrigins,
    provider::{AnswerDecoder, Provider},
    sse::SseParser,
    store::ChatMessage,
    upstream::{self, UpstreamResponse},
};

/// If a provider asks for a longer wait, the request fails: a user does not wait that long.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// The wait between attempts, if the provider does not name one.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);
const MAX_ATTEMPTS: u32 = 3;
/// More than `chat_max_tokens` allows; it bounds the memory if a provider ignores that limit.
const MAX_ANSWER: usize = 512 << 10;

pub struct ModelRequest {
    pub provider: Provider,
    /// Requests to other servers are refused.
    pub origins: AllowedOrigins,
    /// The system prompt.
    pub system: String,
    pub history: Vec<ChatMessage>,
    /// How long the provider may send nothing.
    pub patience: Duration,
}

/// Sends the answer to the client and appends it to `text`, which holds the partial answer after an error.
pub async fn relay(
    request: &ModelRequest,
    client: &mut ClientStream,
    text: &mut String,
) -> Result<Option<Usage>, Incomplete> {
    let mut response = send(request, client).await?;
    let mut parser = SseParser::default();
    let mut decoder = request.provider.decoder();
    loop {
        let bytes = client.wait_for(request.patience, response.next()).await?;
        if bytes.is_empty() {
            return Err(AnswerError::new(FailureReason::CutOff, "the stream ended without an end marker").into());
        }
        let (deltas, end) = decode(&bytes, &mut parser, &mut decoder);
        text.extend(deltas.iter().map(String::as_str));
        // Also before an error: this text belongs to the partial answer.
        client.send(deltas.into_iter().map(Event::Delta).collect()).await?;
        match end {
            Some(Ok(())) => return Ok(decoder.usage()),
            Some(Err(error)) => return Err(error.into()),
            None if text.len() > MAX_ANSWER => {
                return Err(AnswerError::new(FailureReason::Failed, "the answer is longer than 512 KiB").into());
            }
            None => {}
        }
    }
}

/// The texts in these bytes, and the end of the answer if they contain it.
fn decode(
    bytes: &[u8],
    parser: &mut SseParser,
    decoder: &mut AnswerDecoder,
) -> (Vec<String>, Option<Result<(), AnswerError>>) {
    let events = match parser.feed(bytes) {
        Ok(events) => events,
        Err(error) => {
            let cause = format!("the event stream is malformed: {error:?}");
            return (Vec::new(), Some(Err(AnswerError::new(FailureReason::Failed, cause))));
        }
    };
    let mut texts = Vec::new();
    for data in events {
        match decoder.decode(&data) {
            Err(error) => return (texts, Some(Err(error))),
            Ok(chunk) => {
                if !chunk.text.is_empty() {
                    texts.push(chunk.text);
                }
                if chunk.is_last {
                    return (texts, Some(Ok(())));
                }
            }
        }
    }
    (texts, None)
}

/// Sends the request, with retries while the provider is busy. The status of the returned response is 200.
async fn send(request: &ModelRequest, client: &mut ClientStream) -> Result<UpstreamResponse, Incomplete> {
    let ModelRequest { provider, origins, system, history, patience } = request;
    let request = provider
        .request(system, history)
        .map_err(|error| AnswerError::new(FailureReason::Internal, format!("{error:?}")))?;
    let mut budget = MAX_WAIT;
    let mut attempt = 1;
    loop {
        let sent = client.wait_for(*patience, upstream::send(&request, origins)).await?;
        let mut response =
            sent.map_err(|error| AnswerError::new(FailureReason::Failed, format!("no connection: {error:?}")))?;
        if response.status == 200 {
            return Ok(response);
        }
        let body = client.wait_for(*patience, response.error_body()).await?;
        let rejection = provider.rejection(response.status, &body);
        let wait = response.retry_after().or(rejection.retry_without_hint.then_some(DEFAULT_WAIT));
        match wait.filter(|wait| rejection.may_retry && attempt < MAX_ATTEMPTS && *wait <= budget) {
            None => return Err(rejection.error.into()),
            Some(wait) => {
                budget = budget.saturating_sub(wait);
                attempt += 1;
                client.wait_for(MAX_WAIT * 2, sleep(wait)).await?;
            }
        }
    }
}
