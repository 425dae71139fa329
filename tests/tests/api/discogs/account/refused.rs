//! Imports that Discogs, or a limit, refuses.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_user_and_a_private_collection_are_named_in_words() {
    let setup = Setup::start(0).await;
    setup.add_account(Account::new("Hidden").private(), 3, 0);
    for (name, status, code) in [("nobody-at-all", 404, "discogs_user_not_found"), ("Hidden", 403, "discogs_private")] {
        let request = json!({"username": name, "dry_run": true});
        setup.collector.post(IMPORT, request).await.problem(status, code);
        let failed = setup.import(json!({"username": name})).await;
        assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!(code)), "{failed}");
        assert!(failed["error"]["reason"].as_str().expect("words").contains("Discogs"), "{failed}");
    }
    // The user makes it public, and the collector tries again.
    setup.discogs.edit_account("hidden", |account| account.is_private = false);
    assert_eq!(counts(&setup.import(json!({})).await), [3, 3, 0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_stops_the_import_and_what_came_before_stays() {
    let setup = Setup::start(300).await;
    setup.add_account(Account::new("Ella").with_token(TOKEN).private(), 280, 0);
    assert_eq!(setup.import(json!({"token": TOKEN})).await["added"], 285);
    setup.discogs.revoke(TOKEN);
    let failed = setup.import(json!({})).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("discogs_token_rejected")));
    assert_eq!((total(&setup.collector).await, &failed["has_token"]), (json!(285), &json!(true)));
    setup.collector.post(IMPORT, json!({"token": TOKEN})).await.problem(409, "discogs_token_rejected");

    // A new token of the same user.
    let token = TOKEN.replace('A', "Z");
    setup.discogs.edit_account("ella", |account| account.token = Some(token.clone()));
    let done = setup.import(json!({"username": "ella", "token": token})).await;
    assert_eq!((&done["state"], &done["unchanged"]), (&json!("idle"), &json!(285)), "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_breaks_a_limit_is_refused_with_each_fault() {
    let setup = Setup::start(0).await;
    setup.add_account(Account::new("Owner").with_token(TOKEN), 1, 0);
    let request = json!({"username": "../../oauth/identity?x=", "token": "a b"});
    let faults = setup.collector.post(IMPORT, request).await.faults();
    assert_eq!(faults, ["username", "token"]);
    assert_eq!(setup.collector.post(IMPORT, json!({})).await.faults(), ["username"]);
    let request = json!({"username": "somebody-else", "token": TOKEN});
    assert_eq!(setup.collector.post(IMPORT, request).await.faults(), ["token"]);
    assert_eq!(setup.status().await["username"], json!(null));

    // The operator's address of Discogs has no https: no token is sent or stored.
    let open = App::with(&[("discogs_base_url", "http://10.255.255.1"), ("jobs_token", JOBS_TOKEN)]).await;
    let collector = open.collector().await;
    assert_eq!(collector.post(IMPORT, json!({"token": TOKEN})).await.faults(), ["token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_full_says_so_and_keeps_the_pages_before() {
    let setup = Setup::with(300, &[("quota_records", "250")]).await;
    setup.add_account(Account::new("Huge"), 300, 0);
    let failed = setup.import(json!({"username": "huge"})).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("quota_exceeded")), "{failed}");
    assert!(failed["error"]["reason"].as_str().expect("words").contains("limit"), "{failed}");
    assert_eq!((total(&setup.collector).await, &failed["added"]), (json!(200), &json!(200)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_another_account_cannot_be_seen_or_changed() {
    let setup = Setup::start(0).await;
    setup.add_account(Account::new("Owner"), 5, 0);
    setup.import(json!({"username": "owner"})).await;
    let outsider = setup.app.collector().await;
    let status = outsider.get(IMPORT).await.expect(200).json();
    assert_eq!((&status["username"], &status["state"], &status["records"]), (&json!(null), &json!("idle"), &json!(0)));
    outsider.delete(IMPORT).await.expect(204);
    assert_eq!(setup.status().await["username"], "owner");
    assert_eq!((total(&outsider).await, total(&setup.collector).await), (json!(0), json!(5)));
}
