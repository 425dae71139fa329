//! The migrations of this release, and how a file of them falls into statements.

/// One file of `migrations/`.
pub struct Migration {
    pub number: u32,
    pub name: &'static str,
    pub sql: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The newest migration that this release knows.
pub fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// The statements of a file, as SQLite's `sqlite3_complete` tells them apart: one ends at a `;` outside quotes and comments,
/// that of a `CREATE TRIGGER` only at `; END;`. (Spin runs one statement a call.)
pub fn statements(sql: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut start, mut words) = (0, Vec::<&str>::new());
    let mut rest = sql;
    while let Some(token) = Token::first(rest) {
        let (text, after) = rest.split_at(token.length);
        let end = sql.len() - after.len();
        match token.kind {
            Kind::Word => words.push(text),
            Kind::End => {
                let is = |index: usize, word: &str| words.get(index).is_some_and(|w| w.eq_ignore_ascii_case(word));
                let is_trigger = is(0, "CREATE") && (is(1, "TRIGGER") || is(2, "TRIGGER"));
                let ended = matches!(words.as_slice(), [.., ";", end] if end.eq_ignore_ascii_case("END"));
                if !words.is_empty() && (!is_trigger || ended) {
                    statements.extend(sql.get(start..end));
                    (start, words) = (end, Vec::new());
                } else if is_trigger {
                    words.push(";");
                }
            }
            Kind::Other => words.push(text),
            Kind::Blank => {}
        }
        rest = after;
    }
    if !words.is_empty() {
        statements.extend(sql.get(start..));
    }
    statements
}

struct Token {
    kind: Kind,
    /// In bytes, at least 1.
    length: usize,
}

enum Kind {
    Word,
    /// `;`
    End,
    /// White space or a comment.
    Blank,
    Other,
}

impl Token {
    fn first(sql: &str) -> Option<Self> {
        let first = sql.chars().next()?;
        let until = |needle: &str, from: usize| {
            sql.get(from..).and_then(|rest| rest.find(needle)).map_or(sql.len(), |at| from + at + needle.len())
        };
        let run = |is: fn(char) -> bool| sql.find(|c| !is(c)).unwrap_or(sql.len());
        let (kind, length) = match first {
            ';' => (Kind::End, 1),
            '-' if sql.starts_with("--") => (Kind::Blank, until("\n", 2)),
            '/' if sql.starts_with("/*") => (Kind::Blank, until("*/", 2)),
            // A doubled quote is two literals in a row: just as good here.
            '\'' => (Kind::Other, until("'", 1)),
            '"' => (Kind::Other, until("\"", 1)),
            c if c.is_whitespace() => (Kind::Blank, run(char::is_whitespace)),
            c if c.is_alphanumeric() || c == '_' => (Kind::Word, run(|c| c.is_alphanumeric() || c == '_')),
            c => (Kind::Other, c.len_utf8()),
        };
        Some(Self { kind, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_ends_where_sqlite_ends_it() {
        let sql = "-- a; comment\nCREATE TABLE a (b TEXT DEFAULT 'x;''y');\n
            CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM a; END;\n
            /* ; */ INSERT INTO \"a;b\" VALUES (1) ; ; SELECT 1";
        let statements = statements(sql);
        assert_eq!(statements.len(), 4, "{statements:#?}");
        assert!(statements[1].trim().ends_with("DELETE FROM a; END;"));
        assert!(statements[3].contains("SELECT 1"));
    }

    #[test]
    fn a_case_that_ends_a_statement_of_a_trigger_does_not_end_the_trigger() {
        let sql =
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM a; END;";
        assert_eq!(statements(sql).len(), 1);
    }

    #[test]
    fn every_migration_falls_into_statements_of_a_schema() {
        for migration in MIGRATIONS {
            let statements = statements(migration.sql);
            assert!(!statements.is_empty(), "{}", migration.name);
            for statement in statements {
                let defines = ["CREATE ", "DROP ", "ALTER "].iter().any(|word| statement.contains(word));
                assert!(defines, "{}: {statement}", migration.name);
            }
        }
    }
}
