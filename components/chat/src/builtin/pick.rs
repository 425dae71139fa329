//! A recommendation from the collection.

use super::phrase::{mentions, name, subject};
use crate::context::{Album, Context};

pub fn answer(context: &Context) -> String {
    let Some(album) = context.found.albums.first() else {
        return format!("You have no {}, so I cannot pick one.", subject(context));
    };
    let words = &context.reading.words;
    let caveat = if words.is_empty() || words.iter().any(|word| mentions(album, word)) {
        String::new()
    } else {
        format!(
            " I cannot judge what goes with “{}”, because I only know your records' data. I picked one at random.",
            words.join(" ")
        )
    };
    format!("How about {}? {}{caveat}", name(album), reason(album))
}

fn reason(album: &Album) -> String {
    match (album.rating, &album.bought, &album.genre, &album.added) {
        (Some(rating @ 4..), ..) => format!("You rated it {rating} of 5."),
        (None, Some(bought), ..) => format!("You bought it on {bought} and have not rated it yet."),
        (None, None, Some(genre), _) => format!("It is one of your {genre} records, and you have not rated it yet."),
        (_, _, Some(genre), _) => format!("It is one of your {genre} records."),
        (_, _, None, Some(added)) => format!("It has been in your collection since {added}."),
        (_, _, None, None) => "Why not play it again?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        context::tests::{KIND_OF_BLUE, context},
        contract::assistant::{Intent, Reading},
        reading::tests::reading,
    };

    #[test]
    fn a_pick_comes_with_a_reason() {
        assert_eq!(
            answer(&context(reading(Intent::Pick), 1, KIND_OF_BLUE)),
            "How about Miles Davis – Kind of Blue (1959)? You rated it 5 of 5."
        );
    }

    #[test]
    fn a_wish_that_no_record_mentions_is_not_ignored() {
        let rainy = Reading { words: vec!["rainy".to_owned()], ..reading(Intent::Pick) };
        let answer = answer(&context(rainy, 9, KIND_OF_BLUE));
        assert!(answer.contains("I cannot judge what goes with “rainy”"), "{answer}");
    }
}
