//! Migration 0015 on a database with albums: the uids of crates leave the search index.

use migrations::{MIGRATIONS, Migration};
use rusqlite::{Connection, params};

const CRATE_UID: &str = "0192f0c1-5d2e-7abc-8def-0123456789ab";

fn apply<'a>(database: &Connection, migrations: impl Iterator<Item = &'a Migration>) {
    for migration in migrations {
        database.execute_batch(migration.sql).unwrap();
    }
}

fn write(database: &Connection, kind: &str, uid: &str, patch: &str) {
    let sql = "INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, patch, edited_at)
        VALUES (1, ?1, '', ?2, 'album', ?3, 1, ?4, '2026-01-01T00:00:00.000Z')";
    database.execute(sql, params![format!("{kind} {uid} {patch}"), kind, uid, patch]).unwrap();
}

fn found(database: &Connection, word: &str) -> i64 {
    let expression = format!("owner:u1 AND {{artist album rest}}:\"{word}\"*");
    database.query_row("SELECT count(*) FROM search WHERE search MATCH ?1", [expression], |row| row.get(0)).unwrap()
}

#[test]
fn albums_are_no_longer_found_by_the_uid_of_their_crate() {
    let database = Connection::open_in_memory().unwrap();
    apply(&database, MIGRATIONS.iter().filter(|migration| migration.number < 15));
    database
        .execute_batch(
            "INSERT INTO users (id, email, email_key, password_hash, created_at, updated_at)
            VALUES (1, 'a@example.org', 'a@example.org', 'x', '2026', '2026')",
        )
        .unwrap();
    let album =
        |artist: &str| format!(r#"{{"artist":"{artist}","album":"B","crate":"{CRATE_UID}","label":"Impulse"}}"#);
    write(&database, "create", "one", &album("Alice"));
    write(&database, "create", "two", r#"{"artist":"Alice","album":"C"}"#);
    write(&database, "create", "three", &album("Alice"));
    write(&database, "delete", "three", "{}");
    assert_eq!((found(&database, "7abc"), found(&database, "alice")), (1, 2), "before");

    apply(&database, MIGRATIONS.iter().filter(|migration| migration.number == 15));
    assert_eq!((found(&database, "7abc"), found(&database, "alice"), found(&database, "impulse")), (0, 2, 1));

    write(&database, "restore", "three", "{}");
    write(&database, "create", "four", &album("Alice"));
    write(&database, "put", "one", r#"{"notes":"rainy"}"#);
    write(&database, "put", "two", &format!(r#"{{"crate":"{CRATE_UID}"}}"#));
    assert_eq!((found(&database, "7abc"), found(&database, "alice"), found(&database, "rainy")), (0, 4, 1), "after");
    database.execute_batch("INSERT INTO search (search) VALUES ('integrity-check')").unwrap();
}
