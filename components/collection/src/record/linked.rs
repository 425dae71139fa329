//! Writes the fields of a document that belong together: whichever of them a client sent, all are stored.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::draft::{Draft, Purpose};
use super::field::{CheckedValue, FieldRule};
use super::values::{FORMAT, FormatParts, PAIRS, is_same_text, join_list, list_for};
use crate::error::FieldError;

const FIELDS: [&str; 10] = [
    PAIRS[0].0, PAIRS[0].1, PAIRS[1].0, PAIRS[1].1, PAIRS[2].0, PAIRS[2].1, FORMAT[0], FORMAT[1], FORMAT[2], FORMAT[3],
];

/// The values of these fields that a document has.
#[derive(Default)]
pub struct LinkedFields<'a>([Option<CheckedValue<'a>>; FIELDS.len()]);

/// What the writing of the fields needs.
pub struct Target<'d> {
    pub draft: &'d mut Draft,
    pub rules: &'static [(&'static str, FieldRule)],
    pub purpose: Purpose,
    pub path: &'d str,
    pub faults: &'d mut Vec<FieldError>,
}

impl<'a> LinkedFields<'a> {
    pub fn contains(name: &str) -> bool {
        FIELDS.contains(&name)
    }

    pub fn put(&mut self, name: &str, value: CheckedValue<'a>) {
        if let Some((_, slot)) = FIELDS.iter().zip(&mut self.0).find(|(field, _)| **field == name) {
            *slot = Some(value);
        }
    }

    fn take(&mut self, name: &str) -> Option<CheckedValue<'a>> {
        FIELDS.iter().zip(&mut self.0).find(|(field, _)| **field == name).and_then(|(_, slot)| slot.take())
    }

    /// Adds what is missing to the draft, which has the texts already.
    pub fn write(mut self, target: &mut Target<'_>) {
        if self.0.iter().all(Option::is_none) {
            return;
        }
        for (text, list) in PAIRS {
            let sent = (self.take(text), self.take(list));
            target.write_pair((text, list), sent);
        }
        let [text, parts @ ..] = FORMAT;
        let (text, parts) = (self.take(text), parts.map(|name| self.take(name)));
        target.write_format(text, parts);
    }
}

impl Target<'_> {
    fn write_pair(
        &mut self,
        (text_name, list_name): (&str, &str),
        sent: (Option<CheckedValue<'_>>, Option<CheckedValue<'_>>),
    ) {
        match sent {
            (Some(CheckedValue::Json(text)), list) => {
                self.draft.push(list_name, &list_for(&text, list.and_then(json_of)))
            }
            (Some(CheckedValue::Unset), _) if self.purpose == Purpose::Patch => self.remove(&[list_name]),
            (_, Some(CheckedValue::Json(list))) => {
                self.write_text(text_name, list_name, join_list(&list));
                self.draft.push(list_name, &list);
            }
            (_, Some(_)) if self.purpose == Purpose::Patch => self.remove(&[text_name, list_name]),
            _ => {}
        }
    }

    fn write_format(&mut self, text: Option<CheckedValue<'_>>, parts: [Option<CheckedValue<'_>>; 3]) {
        let is_sent = parts.iter().any(Option::is_some);
        let [carrier, quantity, descriptions] = parts.map(|part| part.and_then(json_of));
        let sent = FormatParts { carrier, quantity, descriptions };
        let is_removed = text.is_some() && self.purpose == Purpose::Patch;
        match text.and_then(json_of) {
            Some(text) => {
                let is_same = sent.to_text().is_some_and(|composed| is_same_text(&text, &composed));
                self.write_parts(&if is_same { sent } else { FormatParts::parse(&text) });
            }
            None if !is_removed && sent != FormatParts::default() => {
                match sent.to_text() {
                    Some(text) => self.write_text(FORMAT[0], FORMAT[3], text),
                    None => self.remove(&[FORMAT[0]]),
                }
                self.write_parts(&sent);
            }
            None if is_removed => self.remove(&[FORMAT[1], FORMAT[2], FORMAT[3]]),
            None if self.purpose == Purpose::Patch && is_sent => self.remove(&FORMAT),
            None => {}
        }
    }

    /// Writes each part: one that is missing is removed from a record that has it.
    fn write_parts(&mut self, parts: &FormatParts<'_>) {
        let values = [&parts.carrier, &parts.quantity, &parts.descriptions];
        for (name, value) in FORMAT.iter().skip(1).zip(values) {
            self.draft.push(name, value.as_deref().unwrap_or("null"));
        }
    }

    /// Writes a text that was composed of other fields, one of which is `source`.
    fn write_text(&mut self, name: &str, source: &str, json: String) {
        let rule = self.rules.iter().find(|(field, _)| *field == name).map(|(_, rule)| rule);
        let (Some(rule), Ok(raw)) = (rule, RawValue::from_string(json)) else { return };
        match rule.check(&raw) {
            Ok(CheckedValue::Json(json)) => self.draft.push(name, &json),
            Ok(_) => {}
            Err(message) => {
                let message = format!("{message}, joined by commas");
                self.faults.push(FieldError::new(format!("{}{source}", self.path), message));
            }
        }
    }

    fn remove(&mut self, names: &[&str]) {
        for name in names {
            self.draft.push(name, "null");
        }
    }
}

fn json_of(value: CheckedValue<'_>) -> Option<Cow<'_, str>> {
    match value {
        CheckedValue::Json(json) => Some(json),
        CheckedValue::Unset | CheckedValue::Ignored => None,
    }
}
