//! Two hosts on one database file.

use serde_json::json;
use tempfile::TempDir;
use tests::{Process, records};

const WRITES: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_migrate_and_write_one_database() {
    let state = TempDir::new().expect("a temporary folder");
    let (one, two) = (Process::spawn(state.path()), Process::spawn(state.path()));
    tokio::join!(one.wait_for_answer(), two.wait_for_answer());

    // The first requests to both hosts at the same time: each migration is applied once.
    let (first, second) = (one.anonymous(), two.anonymous());
    let (first, second) = tokio::join!(first.register("one@example.org"), second.register("two@example.org"));

    let write = async |caller: &tests::Caller| {
        for n in 0..WRITES {
            caller.add(records::album("Artist", &format!("album {n}"))).await;
        }
        caller.post("/api/collection/sync", json!({"albums": records::many(WRITES)})).await.expect(200);
    };
    tokio::join!(write(&first), write(&second));

    // A token of one host is valid on the other, which returns the same collection.
    for (caller, other) in [(&first, &two), (&second, &one)] {
        let caller = other.anonymous().bearing(&caller.access_token);
        let page = caller.get("/api/collection?limit=1").await.expect(200).json();
        assert_eq!(page["total"], 2 * WRITES);
    }
    let health = one.anonymous().get("/system/health").await.expect(200).json();
    assert_eq!(health["status"], "healthy");
}
