//! Reads TOML tables. Collects all faults, each with its line, instead of stopping at the first.

use anyhow::{Result, bail};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The faults found so far, and the text that they refer to.
pub struct FaultList<'t> {
    text: &'t str,
    faults: Vec<(usize, String)>,
}

/// A table and its position (a byte offset).
pub struct Table<'t> {
    pub at: usize,
    table: &'t DeTable<'t>,
}

/// A value and the position of its key.
pub struct Value<'t> {
    pub at: usize,
    pub value: &'t DeValue<'t>,
}

impl<'t> Table<'t> {
    pub fn root(parsed: &'t Spanned<DeTable<'t>>) -> Self {
        Self { at: 0, table: parsed.get_ref() }
    }

    pub fn get(&self, key: &str) -> Option<Value<'t>> {
        let (key, value) = self.table.iter().find(|(k, _)| k.get_ref().as_ref() == key)?;
        Some(Value { at: key.span().start, value: value.get_ref() })
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub fn keys(&self) -> Vec<String> {
        self.table.keys().map(|k| k.get_ref().to_string()).collect()
    }
}

impl<'t> FaultList<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, faults: Vec::new() }
    }

    pub fn add(&mut self, at: usize, what: impl Into<String>) {
        self.faults.push((at, what.into()));
    }

    /// Fails with all faults in one error, in the order of the file.
    pub fn finish(mut self, shown_as: &str) -> Result<()> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.faults.sort_by_key(|(at, _)| *at);
        let lines: Vec<String> =
            self.faults.iter().map(|(at, what)| format!("  line {}: {what}", self.line(*at))).collect();
        let s = if lines.len() == 1 { "fault" } else { "faults" };
        bail!("`{shown_as}` has {} {s}:\n{}", lines.len(), lines.join("\n"))
    }

    pub fn string(&mut self, table: &Table<'t>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        let text = value.value.as_str().map(str::to_owned);
        if text.is_none() {
            self.add(value.at, format!("`{key}` must be a string"));
        }
        text
    }

    pub fn boolean(&mut self, table: &Table<'t>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        let flag = value.value.as_bool();
        if flag.is_none() {
            self.add(value.at, format!("`{key}` must be `true` or `false`"));
        }
        flag
    }

    /// A list of strings; absent means empty.
    pub fn strings(&mut self, table: &Table<'t>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let strings = value.value.as_array().and_then(|items| {
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        strings.unwrap_or_else(|| {
            self.add(value.at, format!("`{key}` must be a list of strings"));
            Vec::new()
        })
    }

    pub fn string_or_strings(&mut self, table: &Table<'t>, key: &str) -> Vec<String> {
        match table.get(key).map(|v| v.value.is_str()) {
            Some(true) => self.string(table, key).into_iter().collect(),
            _ => self.strings(table, key),
        }
    }

    pub fn table(&mut self, table: &Table<'t>, key: &str) -> Option<Table<'t>> {
        let value = table.get(key)?;
        match value.value.as_table() {
            Some(inner) => Some(Table { at: value.at, table: inner }),
            None => {
                self.add(value.at, format!("`{key}` must be a table"));
                None
            }
        }
    }

    /// The named tables under `key`: `[key.a]`, `[key.b]`, in the order of the file.
    pub fn tables(&mut self, table: &Table<'t>, key: &str) -> Vec<(String, Table<'t>)> {
        let Some(parent) = self.table(table, key) else {
            return Vec::new();
        };
        let mut found: Vec<_> =
            parent.keys().into_iter().filter_map(|name| self.table(&parent, &name).map(|t| (name, t))).collect();
        found.sort_by_key(|(_, t)| t.at);
        found
    }

    /// The tables of `[[key]]`.
    pub fn array_of_tables(&mut self, table: &Table<'t>, key: &str) -> Vec<Table<'t>> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let Some(items) = value.value.as_array() else {
            self.add(value.at, format!("`{key}` must be a list of tables: `[[…{key}]]`"));
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| {
                let table = item.get_ref().as_table()?;
                Some(Table { at: item.span().start, table })
            })
            .collect()
    }

    /// Adds a fault for each key that is not in `known`.
    pub fn only(&mut self, table: &Table<'t>, of: &str, known: &[&str]) {
        for key in table.keys() {
            if known.contains(&key.as_str()) {
                continue;
            }
            let at = table.get(&key).map_or(table.at, |v| v.at);
            let why = match key.as_str() {
                "files" | "exclude_files" => "embed static files in a component instead (`include_bytes!`)",
                "environment" => "pass configuration by `[variables]` instead",
                "ai_models" => "call a model over HTTP instead",
                "profile" => "write the profile's values in the component itself",
                "allowed_http_hosts" => "use `allowed_outbound_hosts`",
                "executor" | "base" => "remove it",
                _ => "remove it, or run this manifest with Spin",
            };
            self.add(at, format!("`{key}` in {of} is not implemented by this host: {why}"));
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
    }
}
