//! Converts a question's context from the collection's type to the chat's: services do not import each other.

use crate::services::{chat::assistant, collection::insights};

pub fn to_chat(context: insights::QuestionContext) -> assistant::Context {
    let insights::QuestionContext { reading, document } = context;
    let insights::Reading {
        intent,
        group_by,
        genres,
        artists,
        labels,
        formats,
        countries,
        years,
        rating,
        unrated,
        played,
        words,
    } = reading;
    let reading = assistant::Reading {
        intent: intent_to_chat(intent),
        group_by: group_by.map(grouping_to_chat),
        genres,
        artists,
        labels,
        formats,
        countries,
        years: years.map(range_to_chat),
        rating: rating.map(range_to_chat),
        unrated,
        played,
        words,
    };
    assistant::Context { reading, document }
}

fn intent_to_chat(intent: insights::Intent) -> assistant::Intent {
    use assistant::Intent;
    match intent {
        insights::Intent::Count => Intent::Count,
        insights::Intent::List => Intent::List,
        insights::Intent::Owned => Intent::Owned,
        insights::Intent::Newest => Intent::Newest,
        insights::Intent::Oldest => Intent::Oldest,
        insights::Intent::Added => Intent::Added,
        insights::Intent::Valuable => Intent::Valuable,
        insights::Intent::Spent => Intent::Spent,
        insights::Intent::Rated => Intent::Rated,
        insights::Intent::Pick => Intent::Pick,
        insights::Intent::Breakdown => Intent::Breakdown,
        insights::Intent::Other => Intent::Other,
    }
}

fn grouping_to_chat(grouping: insights::Grouping) -> assistant::Grouping {
    use assistant::Grouping;
    match grouping {
        insights::Grouping::Genre => Grouping::Genre,
        insights::Grouping::Decade => Grouping::Decade,
        insights::Grouping::Label => Grouping::Label,
        insights::Grouping::Artist => Grouping::Artist,
        insights::Grouping::Format => Grouping::Format,
        insights::Grouping::Country => Grouping::Country,
        insights::Grouping::Rating => Grouping::Rating,
    }
}

fn range_to_chat(insights::Range { first, last }: insights::Range) -> assistant::Range {
    assistant::Range { first, last }
}
