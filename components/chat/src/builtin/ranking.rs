//! The albums that come first in an order: by year, by date added, by price, by rating. The collection sorts them.

use super::phrase::{SHORT, amount, bullet_list, name, none, subject};
use crate::context::{Album, Context};

pub fn by_year(context: &Context, which: &str) -> String {
    let mut dated = context.found.albums.iter().filter(|album| album.year.is_some());
    let subject = subject(context);
    match (dated.next(), dated.next()) {
        _ if context.found.matches == 0 => none(context),
        (None, _) => format!("None of your {subject} has a year."),
        (Some(first), None) => format!("By year of release, the {which} of your {subject} is {}.", name(first)),
        (Some(first), Some(second)) => format!(
            "By year of release, the {which} of your {subject} is {}. Next comes {}.",
            name(first),
            name(second)
        ),
    }
}

pub fn added(context: &Context) -> String {
    match context.found.matches {
        0 => none(context),
        _ => format!("You added these last:\n{}", bullet_list(&context.found.albums, SHORT)),
    }
}

pub fn valuable(context: &Context) -> String {
    let subject = subject(context);
    let paid: Vec<_> = context.found.albums.iter().filter_map(|album| Some((album, album.paid?))).collect();
    let price = |album: &Album, paid: f64| format!("{}: {}", name(album), amount(paid, album.currency.as_deref()));
    let Some(((first, first_price), rest)) = paid.split_first() else {
        return format!(
            "No purchase price is recorded for your {subject}, and the price you paid is the only value that I know."
        );
    };
    let mut text = format!("By what you paid, the most valuable of your {subject} is {}.", price(first, *first_price));
    for (album, paid) in rest.iter().take(2) {
        text.push_str(&format!("\n- then {}", price(album, *paid)));
    }
    if context.found.spent.len() > 1 {
        text.push_str("\nI know no exchange rates, so I compare amounts in different currencies as plain numbers.");
    }
    text
}

pub fn rated(context: &Context) -> String {
    let albums = &context.found.albums;
    match albums.iter().find_map(|album| album.rating) {
        _ if context.found.matches == 0 => none(context),
        None => format!("You have rated none of your {}.", subject(context)),
        best => {
            let best = albums.iter().filter(|album| album.rating == best);
            format!("Your best rated {}:\n{}", subject(context), bullet_list(best, SHORT))
        }
    }
}
