//! How the requests of an attack ended.

use std::{collections::BTreeMap, fmt};

#[derive(Debug, Default, serde::Serialize)]
pub struct Tally(BTreeMap<String, usize>);

impl Tally {
    /// Counts a status, or words such as `closed`.
    pub fn count(&mut self, end: impl Into<String>) {
        *self.0.entry(end.into()).or_default() += 1;
    }

    pub fn add(&mut self, other: Self) {
        for (end, count) in other.0 {
            *self.0.entry(end).or_default() += count;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(end, count)| (end.as_str(), *count))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<_> = self.0.iter().map(|(end, count)| format!("{count} × {end}")).collect();
        f.write_str(&counts.join(", "))
    }
}
