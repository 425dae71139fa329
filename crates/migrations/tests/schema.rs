//! `migrations/schema.sql` is the schema that all migrations add up to, with the reasons that their comments give.
//! `BLESS=1 cargo test -p migrations` writes it.

#[path = "schema/comments.rs"]
mod comments;

use std::{collections::HashSet, env, fs, path::Path};

use comments::Comments;
use migrations::MIGRATIONS;
use rusqlite::Connection;

const HEADER: &str = "\
-- The schema of Vinyl Vault's database, as all migrations leave it. Generated from them by
-- `BLESS=1 cargo test -p migrations`: edit the migrations, not this file.
--
-- Each table is followed by its indexes and triggers. The component that owns a table is the only one whose SQL names
-- it. One more table, `schema_migrations`, is created by the component system before the first migration.
";

/// A table, index or trigger as SQLite stores it.
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

#[test]
fn schema_sql_is_what_the_migrations_add_up_to() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/schema.sql");
    let expected = print_schema();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "migrations/schema.sql is out of date: run `BLESS=1 cargo test -p migrations`");
}

#[test]
fn schema_sql_makes_the_same_schema_as_the_migrations() {
    let generated = Connection::open_in_memory().unwrap();
    generated.execute_batch(&print_schema()).unwrap();
    let shape = |database: &Connection| -> HashSet<(String, String)> {
        let plain = |sql: &str| -> String {
            sql.lines().map(|line| line.split("--").next().unwrap()).flat_map(str::split_whitespace).collect()
        };
        read_objects(database).into_iter().map(|object| (object.name, plain(&object.sql))).collect()
    };
    assert_eq!(shape(&generated), shape(&migrated()));
}

#[test]
fn every_table_and_trigger_has_a_comment_and_every_table_an_owner() {
    let comments = Comments::of(MIGRATIONS);
    for object in read_objects(&migrated()) {
        let has_comment = !comments.before(&object.name).is_empty();
        assert!(has_comment || object.kind == "index", "{} {} has no comment", object.kind, object.name);
        assert!(object.kind != "table" || comments.owner(&object.name).is_some(), "{} has no owner", object.name);
    }
}

fn print_schema() -> String {
    let comments = Comments::of(MIGRATIONS);
    let objects = read_objects(&migrated());
    let mut owners = Vec::new();
    for table in objects.iter().filter(|object| object.kind == "table") {
        let owner = comments.owner(&table.name).unwrap_or("no component");
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    let mut text = String::from(HEADER);
    for owner in owners {
        text.push_str(&format!("\n-- ==== Owner: {owner} ====\n"));
        let is_owned = |object: &&Object| object.kind == "table" && comments.owner(&object.name) == Some(owner);
        for table in objects.iter().filter(is_owned) {
            for kind in ["table", "index", "trigger"] {
                for object in objects.iter().filter(|object| object.kind == kind && object.table == table.name) {
                    text.push_str(&print_object(object, &comments));
                }
            }
        }
    }
    text
}

/// A blank line, the comment, the statement. An index without a comment follows the previous one closely.
fn print_object(object: &Object, comments: &Comments) -> String {
    let comment = comments.before(&object.name);
    let space = if object.kind == "index" && comment.is_empty() { "" } else { "\n" };
    let mut sql = object.sql.clone();
    for column in comments.added_columns(&object.name) {
        sql = place_on_its_own_line(&sql, &column.definition, &column.comment);
    }
    format!("{space}{comment}{sql};\n")
}

/// `ALTER TABLE … ADD COLUMN` appends the column to the end of a line.
fn place_on_its_own_line(sql: &str, definition: &str, comment: &str) -> String {
    let Some((before, after)) = sql.split_once(&format!(", {definition}")) else {
        panic!("the column `{definition}` is not in {sql}");
    };
    let comment: String = comment.lines().map(|line| format!("    {line}\n")).collect();
    let end = if after.starts_with(')') { "\n" } else { "" };
    format!("{},\n{comment}    {definition}{end}{after}", before.trim_end())
}

fn migrated() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for statement in MIGRATIONS.iter().flat_map(migrations::Migration::statements) {
        database.execute_batch(statement).unwrap();
    }
    database
}

/// In the order of their creation, without the objects that SQLite creates for itself.
fn read_objects(database: &Connection) -> Vec<Object> {
    let select = "SELECT type, name, tbl_name, sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
        ORDER BY rowid";
    let mut statement = database.prepare(select).unwrap();
    let rows = statement
        .query_map([], |row| Ok(Object { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? }));
    rows.unwrap().map(Result::unwrap).collect()
}
