//! The comments of the migrations, by the object that they describe. SQLite keeps the comments inside of a `CREATE`
//! statement, but not those before it.

use std::collections::HashMap;

use migrations::Migration;

#[derive(Default)]
pub struct Comments {
    /// By the object's name: the latest comment before a statement that created it.
    objects: HashMap<String, String>,
    /// By the table's name: the component in "Owner: …" of the migration that created it.
    owners: HashMap<String, String>,
    /// By the table's name.
    columns: HashMap<String, Vec<AddedColumn>>,
}

/// A column that `ALTER TABLE … ADD COLUMN` added.
pub struct AddedColumn {
    pub definition: String,
    pub comment: String,
}

impl Comments {
    pub fn of(migrations: &[Migration]) -> Self {
        let mut comments = Self::default();
        for migration in migrations {
            let owner = migration.sql.split_once("Owner: ").and_then(|(_, rest)| rest.split_once('.'));
            let owner = owner.map(|(owner, _)| owner).unwrap_or_default();
            for statement in migration.statements() {
                comments.add(statement, owner);
            }
        }
        comments
    }

    /// The lines of the comment before an object; empty if there is none.
    pub fn before(&self, object: &str) -> &str {
        self.objects.get(object).map_or("", String::as_str)
    }

    pub fn owner(&self, table: &str) -> Option<&str> {
        self.owners.get(table).map(String::as_str)
    }

    pub fn added_columns(&self, table: &str) -> &[AddedColumn] {
        self.columns.get(table).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, statement: &str, owner: &str) {
        let (comment, sql) = split_comment(statement);
        let words: Vec<&str> = sql.split_whitespace().take(7).collect();
        match words.as_slice() {
            ["CREATE", "VIRTUAL", "TABLE", name, ..] | ["CREATE", "TABLE", name, ..] => {
                self.owners.insert((*name).to_owned(), owner.to_owned());
                self.objects.insert((*name).to_owned(), comment.replace(&format!(" Owner: {owner}."), ""));
            }
            // A statement that creates an object again without a comment keeps the object's reason.
            ["CREATE", "UNIQUE", "INDEX", name, ..] | ["CREATE", "INDEX" | "TRIGGER", name, ..]
                if !comment.is_empty() =>
            {
                self.objects.insert((*name).to_owned(), comment);
            }
            ["ALTER", "TABLE", table, "ADD", "COLUMN", ..] => {
                let (_, definition) = sql.split_once("ADD COLUMN ").unwrap_or_default();
                let definition = definition.trim_end_matches(';').to_owned();
                self.columns.entry((*table).to_owned()).or_default().push(AddedColumn { definition, comment });
            }
            _ => {}
        }
    }
}

/// Splits a statement from the comment directly before it. A comment with an empty line after it describes the
/// migration.
fn split_comment(statement: &str) -> (String, &str) {
    let mut comment = String::new();
    let mut rest = statement;
    while let Some((line, after)) = rest.split_once('\n') {
        match line.trim() {
            "" => comment.clear(),
            text if text.starts_with("--") => comment.push_str(&format!("{text}\n")),
            _ => break,
        }
        rest = after;
    }
    (comment, rest)
}
