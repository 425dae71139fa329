//! A disk that is nearly full: nothing is written, and reads go on.

use serde_json::json;
use tempfile::TempDir;
use tests::{App, Caller, repository};

async fn serve(state: &TempDir, disk_reserve: u64) -> host::Running {
    let host = App::builder(&repository().join("spin.toml"), state.path());
    host.disk_reserve(disk_reserve).start().await.expect("the application starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_reserve_writes_get_503_and_reads_succeed() {
    let state = TempDir::new().expect("a temporary folder");
    let album = json!({"artist": "Nina Simone", "album": "Wild Is the Wind"});
    let running = serve(&state, 1).await;
    let collector = Caller::anonymous(&running.url()).register("full@example.org").await;
    collector.add(album.clone()).await;
    running.stop().await;

    let running = serve(&state, u64::MAX).await;
    let collector = Caller::anonymous(&running.url()).bearing(&collector.access_token);
    let refused = collector.post("/api/collection", album.clone()).await.expect(503);
    assert_eq!(refused.json()["code"], "storage_full");
    assert_eq!(collector.list("").await.len(), 1);
    running.stop().await;

    let running = serve(&state, 1).await;
    let collector = Caller::anonymous(&running.url()).bearing(&collector.access_token);
    collector.add(album).await;
    assert_eq!(collector.list("").await.len(), 2);
}
