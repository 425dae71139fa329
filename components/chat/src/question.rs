//! Checks a question and prepares its answer.

use std::borrow::Cow;

use crate::{
    answer::{AnswerJob, AnswerSource},
    builtin,
    config::Config,
    context::Context,
    contract::{
        assistant::{self as contract, Question},
        types::Error,
    },
    error::{Result, invalid},
    origin::AllowedOrigins,
    prompt,
    relay::ModelRequest,
    selection::{self, Selection},
    store::{NewQuestion, QuestionLimits, Store},
};

const MAX_MESSAGE: usize = 8_000;
const MAX_TITLE: usize = 80;

/// Fails as `accept` would, but for faults that only the attempt shows. Stores and counts nothing.
pub async fn check(user: i64, question: &Question, config: &Config) -> Result<()> {
    check_message(&question.message)?;
    let store = Store::open().await?;
    prepare(&store, user, question, config).await.map(drop)
}

/// Checks and stores a question. If it cannot be answered, nothing is stored and it does not count against a quota.
pub async fn accept(user: i64, question: Question, context: contract::Context, config: &Config) -> Result<AnswerJob> {
    let message = check_message(&question.message)?;
    let store = Store::open().await?;
    let selection = prepare(&store, user, &question, config).await?;
    let limits = limits(config, &selection);
    let mut source = match selection.into_provider(&store, config, user).await? {
        None => AnswerSource::Builtin { text: builtin::answer(&Context::parse(context)?) },
        Some(provider) => AnswerSource::Model(ModelRequest {
            provider,
            origins: AllowedOrigins::of(config),
            system: prompt::system(&context)?,
            history: Vec::new(),
            patience: config.patience,
        }),
    };
    let (title, content) = (title(message), printable(message));
    let new = NewQuestion { conversation: question.conversation_id, title: &title, content: &content };
    let stored = store.add_question(user, new, limits).await?;
    if let AnswerSource::Model(request) = &mut source {
        request.history = prompt::within_budget(stored.history);
    }
    let (conversation, slot, remaining) = (stored.conversation, stored.slot, stored.remaining);
    Ok(AnswerJob { user, conversation, slot, source, remaining })
}

/// Returns the message without the white space around it.
fn check_message(message: &str) -> Result<&str> {
    let message = message.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    // A character has at most four bytes: a longer text need not be counted.
    if message.is_empty() || message.len() > MAX_MESSAGE * 4 || message.chars().count() > MAX_MESSAGE {
        return Err(invalid("message", format!("must have 1 to {MAX_MESSAGE} characters")));
    }
    Ok(message)
}

/// A text without control characters but line breaks and tabs. As JSON, each of the others has six bytes, so a
/// conversation of them would cost six times as much to read.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_refused = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    match text.contains(is_refused) {
        true => Cow::Owned(text.chars().filter(|c| !is_refused(*c)).collect()),
        false => Cow::Borrowed(text),
    }
}

/// What can be known before the question is stored: the conversation exists, the provider is available, and the quotas
/// have a question left.
async fn prepare(store: &Store, user: i64, question: &Question, config: &Config) -> Result<Selection> {
    if let Some(id) = question.conversation_id
        && !store.has_conversation(user, id).await?
    {
        return Err(Error::NotFound);
    }
    let selection = selection::select(store, config, user, question.provider.as_deref()).await?;
    store.check_quotas(user, limits(config, &selection)).await?;
    Ok(selection)
}

fn limits(config: &Config, selection: &Selection) -> QuestionLimits {
    let installation = selection.is_operators().then_some(config.installation_quota).filter(|limit| *limit > 0);
    QuestionLimits { user: config.daily_quota, installation }
}

/// The beginning of the first question, on one line.
fn title(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    match line.char_indices().nth(MAX_TITLE) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_short_line() {
        assert_eq!(title("Do I own\n  this?"), "Do I own this?");
        let long = title(&"wörd ".repeat(50));
        assert!(long.ends_with('…') && long.chars().count() <= MAX_TITLE + 1, "{long}");
    }

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(printable("a\nb\tc"), "a\nb\tc");
        assert_eq!(printable("\u{1}a\u{0}b\u{9f}"), "ab");
    }

    #[test]
    fn a_message_has_1_to_8000_characters() {
        assert_eq!(check_message(" x\n").unwrap(), "x");
        assert!(check_message(&"🎧".repeat(8_000)).is_ok());
        for bad in [String::new(), " \n".to_owned(), "\u{1}\u{2}".to_owned(), "x".repeat(8_001), "x".repeat(32_001)] {
            assert!(matches!(check_message(&bad), Err(Error::Invalid(_))), "{}", bad.len());
        }
    }
}
