//! Checks a question and prepares its answer.

use crate::{
    answer::{AnswerJob, AnswerSource},
    builtin,
    config::Config,
    context::Context,
    contract::{assistant::Question, types::Error},
    error::{Result, invalid},
    prompt,
    relay::ModelRequest,
    selection,
    store::{ChatMessage, Store},
};

const MAX_MESSAGE: usize = 8_000;
const MAX_TITLE: usize = 80;

/// Checks and stores a question. If it cannot be answered, nothing is stored and it does not count against the quota.
pub async fn accept(user: i64, question: Question, config: &Config) -> Result<AnswerJob> {
    let Question { message, conversation_id, provider, context } = question;
    let message = message.trim();
    if !(1..=MAX_MESSAGE).contains(&message.chars().count()) {
        return Err(invalid("message", format!("must have 1 to {MAX_MESSAGE} characters")));
    }
    let store = Store::open().await?;
    if let Some(id) = conversation_id
        && !store.has_conversation(user, id).await?
    {
        return Err(Error::NotFound);
    }
    let mut source = match selection::select(&store, config, user, provider.as_deref()).await? {
        None => AnswerSource::Builtin { text: builtin::answer(&Context::parse(context)?) },
        Some(provider) => AnswerSource::Model(ModelRequest {
            provider,
            system: prompt::system(&context)?,
            history: Vec::new(),
            patience: config.patience,
        }),
    };
    let remaining = store.spend_question(user, config.daily_quota).await?;
    let conversation = match conversation_id {
        Some(id) => id,
        None => store.begin_conversation(user, &title(message)).await?,
    };
    if let AnswerSource::Model(request) = &mut source {
        let mut history = store.history(user, conversation).await?;
        history.push(ChatMessage { by_user: true, content: message.to_owned() });
        request.history = prompt::within_budget(history);
    }
    store.add_question(user, conversation, message).await?;
    Ok(AnswerJob { user, conversation, source, remaining })
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
}
