//! The migrations of Vinyl Vault's database (`migrations/NNNN_name.sql`), embedded when this crate is built.
//!
//! They are numbered without gaps from 1 on and never change after their release. `migrations/schema.sql` shows the
//! schema that they add up to.

mod statement;

/// One file of `migrations/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    pub number: u32,
    /// The file's name without `.sql`, such as `0001_users`.
    pub name: &'static str,
    pub sql: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

impl Migration {
    /// The statements of the file, each with the comments before it: Spin runs one statement per call.
    pub fn statements(&self) -> Vec<&'static str> {
        statement::split(self.sql)
    }
}

/// The number of the newest migration.
pub fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_of_a_migration_is_whole() {
        for migration in MIGRATIONS {
            let statements = migration.statements();
            assert!(!statements.is_empty(), "{}", migration.name);
            for statement in statements {
                let defines = ["CREATE ", "DROP ", "ALTER "].iter().any(|word| statement.contains(word));
                // Rewrites rows; a piece of a trigger would read NEW or OLD.
                let rewrites = ["INSERT ", "UPDATE ", "DELETE "].iter().any(|word| statement.contains(word))
                    && !["NEW.", "OLD."].iter().any(|row| statement.contains(row));
                assert!(defines || rewrites, "{}: {statement}", migration.name);
            }
        }
    }
}
