//! One answer: sent to the client as it arrives, and stored when it ends.

use std::time::Duration;

use guest::time;
use serde_json::json;

use crate::{
    catalog::BUILTIN,
    client::ClientStream,
    contract::{
        assistant::{Completion, Event, Failure, FailureReason, Usage},
        types::Error,
    },
    error::{AnswerError, Incomplete, Result},
    question::printable,
    relay::{self, ModelRequest},
    store::{NewAnswer, Store},
};

/// Hosts end a response after some minutes (ours after ten): then the answer must be stored already.
const MAX_DURATION: Duration = Duration::from_secs(540);

/// An answer to be given. Its question is stored already.
pub struct AnswerJob {
    pub user: i64,
    pub conversation: i64,
    /// The answer's id among those in progress.
    pub slot: i64,
    pub source: AnswerSource,
    /// How many questions the user has left today.
    pub remaining: u32,
}

pub enum AnswerSource {
    Builtin { text: String },
    Model(ModelRequest),
}

impl AnswerSource {
    fn provider(&self) -> &'static str {
        match self {
            Self::Builtin { .. } => BUILTIN,
            Self::Model(request) => request.provider.id(),
        }
    }

    fn model(&self) -> Option<&str> {
        match self {
            Self::Builtin { .. } => None,
            Self::Model(request) => Some(&request.provider.model),
        }
    }
}

/// Sends and stores the answer.
pub async fn run(job: AnswerJob, mut client: ClientStream) {
    let mut text = String::new();
    let end = time::within(MAX_DURATION, give(&job.source, &mut text, &mut client)).await;
    let too_slow = || AnswerError::new(FailureReason::TimedOut, "the answer did not end within nine minutes").into();
    let last_event = match end.unwrap_or_else(|| Err(too_slow())) {
        Ok(usage) => complete(&job, &text, usage).await,
        Err(Incomplete::Failed(error)) => fail(&job, &text, error).await,
        Err(Incomplete::ClientDisconnected) => {
            // Neither the client nor a log would receive an error from here.
            let _ = store_partial(&job, &text, None).await;
            return;
        }
    };
    // If the client disconnected, there is nothing left to do.
    let _ = client.send(vec![last_event]).await;
}

async fn give(
    source: &AnswerSource,
    text: &mut String,
    client: &mut ClientStream,
) -> Result<Option<Usage>, Incomplete> {
    match source {
        AnswerSource::Builtin { text: answer } => send_lines(answer, text, client).await,
        AnswerSource::Model(request) => relay::relay(request, client, text).await,
    }
}

/// Sends a text line by line.
async fn send_lines(answer: &str, text: &mut String, client: &mut ClientStream) -> Result<Option<Usage>, Incomplete> {
    let lines = answer.split_inclusive('\n').map(|line| Event::Delta(line.to_owned())).collect();
    text.push_str(answer);
    client.send(lines).await?;
    Ok(None)
}

/// Stores a complete answer; returns the last event.
async fn complete(job: &AnswerJob, text: &str, usage: Option<Usage>) -> Event {
    let json = usage.map(|Usage { input_tokens, output_tokens }| {
        json!({"input_tokens": input_tokens, "output_tokens": output_tokens}).to_string()
    });
    let cause = match store(job, NewAnswer { usage: json, complete: true, ..new_answer(job, text) }).await {
        Ok(message_id) => {
            return Event::Done(Completion {
                message_id,
                provider: job.source.provider().to_owned(),
                model: job.source.model().map(str::to_owned),
                usage,
                remaining: job.remaining,
            });
        }
        Err(Error::NotFound) => "the conversation was deleted during the answer".to_owned(),
        Err(error) => format!("the answer was not stored: {error:?}"),
    };
    failed(AnswerError::new(FailureReason::Internal, cause), None)
}

/// Stores the part that had arrived before an error; returns the last event.
async fn fail(job: &AnswerJob, text: &str, error: AnswerError) -> Event {
    let message_id = store_partial(job, text, Some(error.reason)).await;
    failed(error, message_id)
}

/// Returns `None` if nothing had arrived, or it could not be stored.
async fn store_partial(job: &AnswerJob, text: &str, reason: Option<FailureReason>) -> Option<i64> {
    if text.is_empty() {
        // If this fails, the answer counts as in progress for some minutes more.
        if let Ok(store) = Store::open().await {
            let _ = store.end_answer(job.user, job.slot).await;
        }
        return None;
    }
    store(job, NewAnswer { error: reason.map(FailureReason::code), ..new_answer(job, text) }).await.ok()
}

fn new_answer<'a>(job: &'a AnswerJob, content: &'a str) -> NewAnswer<'a> {
    let (provider, model) = (job.source.provider(), job.source.model());
    NewAnswer { content, complete: false, error: None, provider, model, usage: None }
}

async fn store(job: &AnswerJob, answer: NewAnswer<'_>) -> Result<i64> {
    let content = printable(answer.content);
    let answer = NewAnswer { content: &content, ..answer };
    Store::open().await?.add_answer(job.user, job.conversation, job.slot, answer).await
}

fn failed(error: AnswerError, message_id: Option<i64>) -> Event {
    let AnswerError { reason, cause } = error;
    Event::Failed(Failure { reason, message: reason.message().to_owned(), cause, message_id })
}
