//! One answer, from its beginning to its end: told to the listener as it comes, and stored when it ends, however it does.

use std::time::Duration;

use spin_sdk::wasip3::clocks::monotonic_clock;

use crate::error::Error;
use crate::listener::{Interruption, Listener};
use crate::provider::{Provider, Who};
use crate::service::contract::{Completion, Event, Failure, Fault, Usage};
use crate::sse::Frames;
use crate::store::{Answer, Said, Store};
use crate::upstream::{self, Answered};

/// A provider that asks for longer has no capacity for this listener.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// Between attempts, where the provider does not say.
const WAIT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;
/// More than any limit of tokens allows: whoever sends this much does not keep to it.
const MAX_ANSWER: usize = 1 << 20;

/// What a question became.
pub struct Work {
    pub user: i64,
    pub conversation: i64,
    pub who: Who,
    /// What the built-in assistant says; for a provider the system prompt.
    pub text: String,
    pub history: Vec<Said>,
    pub patience: Duration,
    /// Of today's questions.
    pub remaining: u32,
}

/// Why an answer is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub failure: Failure,
    /// For the operator.
    pub cause: String,
}

impl Broken {
    pub fn new(failure: Failure, cause: String) -> Self {
        Self { failure, cause }
    }
}

enum End {
    Whole(Option<Usage>),
    Broken(Broken),
    Gone,
}

impl From<Interruption> for End {
    fn from(interruption: Interruption) -> Self {
        match interruption {
            Interruption::Gone => Self::Gone,
            Interruption::TimedOut => {
                Self::Broken(Broken::new(Failure::TimedOut, "silent for longer than chat_patience".to_owned()))
            }
        }
    }
}

impl From<Broken> for End {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

pub async fn answer(work: Work, mut listener: Listener) {
    let mut said = String::new();
    let end = match &work.who {
        Who::Builtin => recite(&work.text, &mut said, &mut listener).await,
        Who::Provider(provider) => relay(&work, provider, &mut said, &mut listener).await,
    };
    let end = end.map_or_else(|end| end, End::Whole);
    let last = store(&work, &said, end).await;
    if let Some(event) = last {
        // Nothing is left to do if nobody hears the end.
        let _ = listener.tell(vec![event]).await;
    }
}

/// Stores what was said, and says how it ended; `None` if nobody listens.
async fn store(work: &Work, said: &str, end: End) -> Option<Event> {
    let (usage, broken, gone) = match end {
        End::Whole(usage) => (usage, None, false),
        End::Broken(broken) => (None, Some(broken), false),
        End::Gone => (None, None, true),
    };
    let complete = broken.is_none() && !gone;
    let stored = if said.is_empty() && !complete {
        Ok(None)
    } else {
        let answer = Answer {
            content: said,
            complete,
            error: broken.as_ref().map(|broken| name(broken.failure)),
            provider: work.who.id(),
            model: work.who.model(),
            usage: usage.map(|Usage { input_tokens, output_tokens }| {
                format!(r#"{{"input_tokens":{input_tokens},"output_tokens":{output_tokens}}}"#)
            }),
        };
        async { Store::open().await?.add_answer(work.user, work.conversation, answer).await }.await.map(Some)
    };
    if gone {
        return None;
    }
    let (broken, message_id) = match (broken, stored) {
        (None, Ok(Some(message_id))) => {
            let (provider, model) = (work.who.id().to_owned(), work.who.model().map(str::to_owned));
            return Some(Event::Done(Completion { message_id, provider, model, usage, remaining: work.remaining }));
        }
        (Some(broken), stored) => (broken, stored.ok().flatten()),
        (None, Err(Error::NotFound)) => {
            (Broken::new(Failure::Internal, "the conversation was deleted meanwhile".to_owned()), None)
        }
        (None, stored) => (Broken::new(Failure::Internal, format!("the answer was not stored: {stored:?}")), None),
    };
    let message = message(broken.failure).to_owned();
    Some(Event::Failed(Fault { failure: broken.failure, message, cause: broken.cause, message_id }))
}

/// Line by line: there is nothing to wait for.
async fn recite(text: &str, said: &mut String, listener: &mut Listener) -> Result<Option<Usage>, End> {
    let lines = text.split_inclusive('\n').map(|line| Event::Delta(line.to_owned())).collect();
    said.push_str(text);
    listener.tell(lines).await?;
    Ok(None)
}

async fn relay(
    work: &Work,
    provider: &Provider,
    said: &mut String,
    listener: &mut Listener,
) -> Result<Option<Usage>, End> {
    let mut answered = ask(work, provider, listener).await?;
    let (mut frames, mut reader) = (Frames::default(), provider.reader());
    loop {
        let bytes = listener.attend(work.patience, answered.next()).await?;
        if bytes.is_empty() {
            return Err(Broken::new(Failure::CutOff, "the stream ended without its end".to_owned()).into());
        }
        let (mut events, mut end) = (Vec::new(), None);
        match frames.feed(&bytes) {
            Err(malformed) => end = Some(Err(Broken::new(Failure::Failed, format!("a frame is {malformed:?}")))),
            Ok(frames) => {
                for frame in frames {
                    match reader.read(&frame) {
                        Err(broken) => end = Some(Err(broken)),
                        Ok(step) => {
                            if !step.text.is_empty() {
                                said.push_str(&step.text);
                                events.push(Event::Delta(step.text));
                            }
                            if step.end {
                                end = Some(Ok(reader.usage()));
                            }
                        }
                    }
                    if end.is_some() {
                        break;
                    }
                }
            }
        }
        // What came before the end, whichever it is, is said.
        listener.tell(events).await?;
        match end {
            Some(end) => return Ok(end?),
            None if said.len() > MAX_ANSWER => {
                return Err(Broken::new(Failure::Failed, "the answer does not end".to_owned()).into());
            }
            None => {}
        }
    }
}

/// Asks until the provider begins to answer; waits as it is told, if that may help.
async fn ask(work: &Work, provider: &Provider, listener: &mut Listener) -> Result<Answered, End> {
    let internal = |error: Error| Broken::new(Failure::Internal, format!("{error:?}"));
    let call = provider.call(&work.text, &work.history).map_err(internal)?;
    let mut budget = MAX_WAIT;
    for attempt in 1.. {
        let sent = listener.attend(work.patience, upstream::send(&call)).await?;
        let mut answered = sent.map_err(|error| Broken::new(Failure::Failed, format!("no connection: {error:?}")))?;
        if answered.status == 200 {
            return Ok(answered);
        }
        let body = listener.attend(work.patience, answered.error_body()).await?;
        let refusal = provider.refusal(answered.status, &body);
        let told = answered.retry_after();
        let wait = told.or(refusal.unasked.then_some(WAIT)).filter(|_| refusal.may_retry && attempt < ATTEMPTS);
        match wait.filter(|wait| *wait <= budget) {
            None => return Err(refusal.broken.into()),
            Some(wait) => {
                budget = budget.saturating_sub(wait);
                let wait = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
                listener.attend(MAX_WAIT * 2, monotonic_clock::wait_for(wait)).await?;
            }
        }
    }
    Err(Broken::new(Failure::Busy, String::new()).into())
}

/// The code that is stored, and that clients know it by.
fn name(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused => "provider_refused",
        Failure::Busy => "provider_busy",
        Failure::Failed => "provider_failed",
        Failure::TimedOut => "provider_timeout",
        Failure::CutOff => "answer_cut_off",
        Failure::Internal => "internal",
    }
}

fn message(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused => "The provider did not accept the request: the key or the model may be wrong.",
        Failure::Busy => "The provider has no capacity at the moment, or the key has no quota left.",
        Failure::Failed => "The provider could not be reached, or gave no usable answer.",
        Failure::TimedOut => "The provider fell silent.",
        Failure::CutOff => "The answer broke off.",
        Failure::Internal => "The server failed; its log has the cause under the request id.",
    }
}
