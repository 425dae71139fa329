//! Migration 0016: the count of others' requests to Discogs, when responses arrive out of order.

use migrations::MIGRATIONS;
use rusqlite::Connection;

/// The requests of others after two of our requests: Discogs counted request 1 before request 2, and its responses
/// arrive in the opposite order. Six requests of others came first.
fn others_after(last_migration: u32) -> i64 {
    let database = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS.iter().filter(|migration| migration.number <= last_migration) {
        database.execute_batch(migration.sql).unwrap();
    }
    // Far in the future, so that the trigger that forgets old requests keeps them.
    let now = 10_000_000_000_000_i64;
    let take = "INSERT INTO discogs_requests (id, user_id, counts_until) VALUES (?1, 1, ?2)";
    let settle = "UPDATE discogs_requests SET counts_until = ?2, ceiling = 10, used = ?3 WHERE id = ?1";
    for id in 0..3 {
        database.execute(take, [id, now + 66_000]).unwrap();
        if id == 0 {
            database.execute(settle, [0, now + 60_000, 6]).unwrap();
        }
    }
    database.execute(settle, [2, now + 60_002, 8]).unwrap();
    database.execute(settle, [1, now + 60_003, 7]).unwrap();
    database.query_row("SELECT others FROM discogs_budget", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_late_response_does_not_hide_requests_of_others() {
    assert_eq!(others_after(16), 6);
    assert_eq!(others_after(15), 5, "before the migration, the late response hid one of them");
}
