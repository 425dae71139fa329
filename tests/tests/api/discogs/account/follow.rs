//! The daily look at a collection that an account follows.

use super::*;

const NEXT_DAY: &str = "UPDATE jobs SET run_at = 1 WHERE kind = 'import_discogs'";

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_collection_adds_what_is_new_and_names_what_is_gone() {
    let setup = Setup::start(0).await;
    setup.add_account(Account::new("Alice").with_token(TOKEN), 150, 2);
    let done = setup.import(json!({"username": "Alice", "token": TOKEN})).await;
    assert_eq!(counts(&done), [153, 155, 0, 0, 2], "{done}");
    assert!(done["next_at"].is_string(), "{done}");

    // Nothing has changed: one request says so.
    setup.discogs.forget();
    setup.change(NEXT_DAY);
    let next = setup.finish().await;
    assert_eq!((counts(&next), setup.discogs.received().len()), ([153, 0, 0, 153, 0], 1), "{next}");

    // The collector deletes one of these here. It does not come back.
    let albums = setup.collector.list("?limit=500").await;
    let deleted = setup.discogs.pressings()[7].id;
    let deleted = albums.iter().find(|album| album["discogs_id"] == deleted).expect("an album");
    setup.collector.delete(&format!("/api/collection/{}", deleted["id"])).await.expect(204);
    let (gone, new) = (setup.discogs.pressings()[20].id, setup.discogs.pressings()[300].id);
    setup.discogs.edit_account("alice", |account| {
        account.copies.retain(|copy| copy.release_id != gone);
        account.add(new, 1).date_added = "2099-01-01T00:00:00-07:00".to_owned();
        account.wants.remove(0);
    });
    setup.change(NEXT_DAY);
    let next = setup.finish().await;
    assert_eq!(counts(&next), [153, 1, 0, 153, 1], "{next}");
    let named = next["gone"].as_array().expect("a list");
    assert_eq!(named.len(), 2, "{named:?}");
    let album = albums.iter().find(|album| album["discogs_id"] == gone).expect("an album");
    let copy = named.iter().find(|album| album["wanted"] == false).expect("the copy");
    assert_eq!((&copy["id"], &copy["artist"], &copy["album"]), (&album["id"], &album["artist"], &album["album"]));
    let after = setup.collector.list("?limit=500").await;
    assert_eq!(after.len(), 153, "one was deleted here, one was added there, none was deleted by the import");
    assert!(after.iter().any(|found| found["id"] == album["id"]));
    assert!(after.iter().any(|found| found["discogs_id"] == new));
    assert!(after.iter().all(|found| found["id"] != deleted["id"]));

    // Deleted for ever, it does not come back either.
    setup.collector.delete("/api/collection/trash").await.expect(200);
    let again = setup.import(json!({})).await;
    assert_eq!((&again["added"], total(&setup.collector).await), (&json!(0), json!(153)), "{again}");

    setup.collector.delete(IMPORT).await.expect(204);
    let status = setup.status().await;
    let forgotten = (&status["username"], &status["has_token"], &status["follow"], &status["next_at"]);
    assert_eq!(forgotten, (&json!(null), &json!(false), &json!(false), &json!(null)), "{status}");
    let rows = "SELECT (SELECT count(*) FROM discogs_accounts) || ' '
        || (SELECT count(*) FROM jobs WHERE kind LIKE 'import%')";
    let rows: String = setup.app.connect().query_row(rows, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, "0 0");
    // What was imported is recognised by a later import.
    let later = setup.import(json!({"username": "alice"})).await;
    assert_eq!((&later["added"], total(&setup.collector).await), (&json!(0), json!(153)), "{later}");
}
