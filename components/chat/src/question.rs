//! What must hold before a question is answered.

use crate::answer::Work;
use crate::builtin;
use crate::config::Config;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::prompt;
use crate::provider::{self, Who};
use crate::service::contract::Question;
use crate::store::{Left, Said, Store};

const MAX_MESSAGE: usize = 8_000;
const MAX_TITLE: usize = 80;

/// Checks and stores a question. Nothing is stored, and no quota spent, if it cannot be answered at all.
pub async fn accept(user: i64, question: Question, config: &Config) -> Result<Work> {
    let Question { message, conversation_id, provider, context } = question;
    let message = message.trim();
    if !(1..=MAX_MESSAGE).contains(&message.chars().count()) {
        return Err(Error::Invalid("message", format!("must have 1 to {MAX_MESSAGE} characters")));
    }
    let store = Store::open().await?;
    if let Some(id) = conversation_id
        && !store.has_conversation(user, id).await?
    {
        return Err(Error::NotFound);
    }
    let who = provider::choose(&store, config, user, provider.as_deref()).await?;
    let text = match &who {
        Who::Builtin => builtin::answer(&serde_json::from_str::<Context>(&context)?),
        Who::Provider(_) => prompt::system(&context),
    };
    let Left(remaining) = store.spend_question(user, config.daily_quota).await?;
    let conversation = match conversation_id {
        Some(id) => id,
        None => store.begin_conversation(user, &title(message)).await?,
    };
    let history = match &who {
        Who::Builtin => Vec::new(),
        Who::Provider(_) => {
            let mut history = store.history(user, conversation).await?;
            history.push(Said { by_user: true, content: message.to_owned() });
            prompt::within_budget(history)
        }
    };
    store.add_question(user, conversation, message).await?;
    Ok(Work { user, conversation, who, text, history, patience: config.patience, remaining })
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
