//! A guest that fails takes the requests beside it with it. Those that only read are repeated elsewhere.

use serde_json::json;
use tempfile::TempDir;
use tests::{App, Caller, repository};

/// Less than a page of long notes needs, and more than the other requests need.
const MEMORY_LIMIT: usize = 5 << 20;
const RECORDS: usize = 1_000;

async fn serve(state: &TempDir, memory_limit: usize) -> host::Running {
    let mut host = App::builder(&repository().join("spin.toml"), state.path()).memory_limit(memory_limit);
    for name in ["rate_limit_ip", "rate_limit_user"] {
        host = host.variable(name, "0");
    }
    host.start().await.expect("the application starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beside_one_that_makes_its_instance_fail_is_answered() {
    let state = TempDir::new().expect("a temporary folder");
    let running = serve(&state, 256 << 20).await;
    let anonymous = Caller::anonymous(&running.url());
    let (attacker, bystander) =
        (anonymous.register("attacker@example.org").await, anonymous.register("bystander@example.org").await);
    for start in (0..RECORDS).step_by(100) {
        let notes = "x".repeat(4_000);
        let albums: Vec<_> = (start..start + 100)
            .map(|number| json!({"artist": "A", "album": format!("{number}"), "notes": notes}))
            .collect();
        attacker.post("/api/collection/sync", json!({"albums": albums})).await.expect(200);
    }
    running.stop().await;

    let running = serve(&state, MEMORY_LIMIT).await;
    let anonymous = Caller::anonymous(&running.url());
    let attacker = anonymous.bearing(&attacker.access_token);
    let bystander = anonymous.bearing(&bystander.access_token).from_address("127.0.0.2");
    let attack = tokio::spawn(async move {
        let mut failed = 0;
        for _ in 0..10 {
            let lists: Vec<_> = (0..4)
                .map(|_| {
                    let attacker = attacker.clone();
                    tokio::spawn(async move { attacker.get("/api/collection?limit=1000").await.status })
                })
                .collect();
            for list in lists {
                failed += usize::from(list.await.expect("an answer") != 200);
            }
        }
        failed
    });
    while !attack.is_finished() {
        let requests: Vec<_> = (0..8)
            .map(|_| {
                let bystander = bystander.clone();
                tokio::spawn(async move { bystander.get("/api/collection?limit=1").await })
            })
            .collect();
        for request in requests {
            request.await.expect("an answer").expect(200);
        }
    }
    assert!(attack.await.expect("the attack") > 0, "no instance failed: the test shows nothing");
}
