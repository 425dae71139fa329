//! Splits SQL into statements.

/// The statements of `sql`, each with the white space and comments before it. A statement ends where SQLite's
/// `sqlite3_complete` ends it: at a `;` outside of quotes and comments; a `CREATE TRIGGER` at `; END;`.
pub fn split(sql: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let (mut start, mut words) = (0, Vec::<&str>::new());
    let mut rest = sql;
    while let Some(token) = Token::first(rest) {
        let (text, after) = rest.split_at(token.bytes);
        let end = sql.len() - after.len();
        match token.kind {
            TokenKind::Blank => {}
            TokenKind::Word | TokenKind::Other => words.push(text),
            TokenKind::Semicolon if is_complete(&words) => {
                statements.extend(sql.get(start..end));
                (start, words) = (end, Vec::new());
            }
            TokenKind::Semicolon if words.is_empty() => {}
            TokenKind::Semicolon => words.push(text),
        }
        rest = after;
    }
    if !words.is_empty() {
        statements.extend(sql.get(start..));
    }
    statements
}

/// Whether a `;` after these words ends the statement.
fn is_complete(words: &[&str]) -> bool {
    let is = |index: usize, word: &str| words.get(index).is_some_and(|w| w.eq_ignore_ascii_case(word));
    let is_trigger = is(0, "CREATE") && (is(1, "TRIGGER") || is(2, "TRIGGER"));
    let is_after_end = matches!(words, [.., ";", end] if end.eq_ignore_ascii_case("END"));
    !words.is_empty() && (!is_trigger || is_after_end)
}

struct Token {
    kind: TokenKind,
    /// At least 1.
    bytes: usize,
}

enum TokenKind {
    Word,
    Semicolon,
    /// White space or a comment.
    Blank,
    Other,
}

impl Token {
    /// The token at the beginning of `sql`; `None` if `sql` is empty.
    fn first(sql: &str) -> Option<Self> {
        let first = sql.chars().next()?;
        let until = |needle: &str, from: usize| {
            sql.get(from..).and_then(|rest| rest.find(needle)).map_or(sql.len(), |at| from + at + needle.len())
        };
        let run = |is: fn(char) -> bool| sql.find(|c| !is(c)).unwrap_or(sql.len());
        let (kind, bytes) = match first {
            ';' => (TokenKind::Semicolon, 1),
            '-' if sql.starts_with("--") => (TokenKind::Blank, until("\n", 2)),
            '/' if sql.starts_with("/*") => (TokenKind::Blank, until("*/", 2)),
            // A doubled quote within a literal makes two tokens of it, which does not move the end of the statement.
            '\'' => (TokenKind::Other, until("'", 1)),
            '"' => (TokenKind::Other, until("\"", 1)),
            c if c.is_whitespace() => (TokenKind::Blank, run(char::is_whitespace)),
            c if c.is_alphanumeric() || c == '_' => (TokenKind::Word, run(|c| c.is_alphanumeric() || c == '_')),
            c => (TokenKind::Other, c.len_utf8()),
        };
        Some(Self { kind, bytes })
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
        let statements = split(sql);
        assert_eq!(statements.len(), 4, "{statements:#?}");
        assert!(statements[1].trim().ends_with("DELETE FROM a; END;"));
        assert!(statements[3].contains("SELECT 1"));
    }

    #[test]
    fn a_case_that_ends_a_statement_of_a_trigger_does_not_end_the_trigger() {
        let sql =
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM a; END;";
        assert_eq!(split(sql).len(), 1);
    }
}
