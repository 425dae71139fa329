//! Access tokens: only a token that this installation signed, for this API, is accepted.

use std::time::{SystemTime, UNIX_EPOCH};

use ct_codecs::{Base64UrlSafeNoPadding as Base64, Decoder, Encoder};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use tests::{App, Caller, PASSWORD, repository};

use super::{bearing, refresh};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

/// A route that remembers for some seconds that the session is active.
const PROTECTED: &str = "/api/collection";

fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64::encode_to_string(bytes).expect("text")
}

fn hs256(secret: &str, signed: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key").chain_update(signed);
    mac.finalize().into_bytes().to_vec()
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64(header.to_string()), base64(claims.to_string()))
}

/// A token in the application's format, with these claims and signed with this secret.
fn forge(claims: &Value, secret: &str) -> String {
    let signed = unsigned(&json!({"alg": "HS256", "typ": "JWT"}), claims);
    format!("{signed}.{}", base64(hs256(secret, &signed)))
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&Base64::decode_to_vec(payload, None).expect("Base64")).expect("claims")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs()
}

async fn assert_refused(caller: &Caller, token: &str, why: &str) {
    let answer = caller.bearing(token).get(PROTECTED).await;
    assert_eq!(answer.status, 401, "{why}: {}", answer.text());
    assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#, "{why}");
    answer.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_names_its_user_and_expires_after_15_minutes() {
    let app = App::with(&[("jwt_secret", SECRET)]).await;
    let collector = app.collector().await;
    let claims = claims(&collector.access_token);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("vinyl-vault"), &json!("vinyl-vault-api")));
    assert_eq!((&claims["sub"], &claims["role"]), (&json!("1"), &json!("member")));
    let lifetime = claims["exp"].as_u64().expect("exp") - claims["iat"].as_u64().expect("iat");
    assert_eq!(lifetime, 900);
    let other = bearing(&collector, refresh(&collector, &collector.refresh_token).await);
    assert_ne!(self::claims(&other.access_token)["jti"], claims["jti"]);
    assert!(!claims.to_string().contains(&collector.email), "the email address is in the token: {claims}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_wrong_or_expired_claims_is_refused() {
    let app = App::with(&[("jwt_secret", SECRET)]).await;
    let collector = app.collector().await;
    let good = claims(&collector.access_token);
    // A forged token with the right claims is accepted, so the tokens below are refused because of their claims.
    collector.bearing(&forge(&good, SECRET)).get(PROTECTED).await.expect(200);

    for (claim, value) in [
        ("exp", json!(now() - 60)),
        ("exp", json!(0)),
        ("exp", json!("never")),
        ("nbf", json!(now() + 300)),
        ("iat", json!(now() + 300)),
        ("iss", json!("another-service")),
        ("iss", json!("")),
        ("aud", json!("another-service")),
        ("aud", json!([])),
        ("aud", json!(["vinyl-vault", "another-service"])),
        ("sub", json!("ada")),
        ("sub", json!("")),
        ("sub", json!("1 OR 1=1")),
        ("role", json!("king")),
        ("role", json!("")),
    ] {
        let mut claims = good.clone();
        claims[claim] = value.clone();
        assert_refused(&collector, &forge(&claims, SECRET), &format!("{claim}: {value}")).await;
    }
    for claim in ["exp", "iss", "aud", "sub", "sid", "role"] {
        let mut claims = good.clone();
        claims.as_object_mut().expect("claims").remove(claim);
        assert_refused(&collector, &forge(&claims, SECRET), &format!("without {claim}")).await;
    }
    for claims in [json!({}), json!([]), json!("x"), json!(null)] {
        assert_refused(&collector, &forge(&claims, SECRET), &claims.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_a_wrong_signature_or_algorithm_is_refused() {
    let app = App::with(&[("jwt_secret", SECRET)]).await;
    let collector = app.collector().await;
    let good = claims(&collector.access_token);
    let token = &collector.access_token;
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let (header, payload) = signed.split_once('.').expect("a token");

    assert_refused(&collector, &forge(&good, OTHER), "another secret").await;
    assert_refused(&collector, &forge(&good, ""), "no secret").await;
    let mut admin = good.clone();
    admin["role"] = json!("super_admin");
    assert_refused(&collector, &format!("{header}.{}.{signature}", base64(admin.to_string())), "another payload").await;
    let mut bytes = Base64::decode_to_vec(signature, None).expect("Base64");
    bytes[0] ^= 1;
    assert_refused(&collector, &format!("{signed}.{}", base64(&bytes)), "one changed bit in the signature").await;
    bytes[0] ^= 1;
    assert_refused(&collector, &format!("{signed}.{}", base64(&bytes[..16])), "half of the signature").await;
    for shape in [
        format!("{signed}."),
        signed.to_owned(),
        format!("{token}."),
        format!("{token}.x"),
        format!("{payload}.{payload}.{signature}"),
        "a.b.c".into(),
        "...".into(),
        "x".repeat(5_000),
    ] {
        assert_refused(&collector, &shape, &shape).await;
    }

    for algorithm in ["none", "None", "NONE", "nOnE", "", "RS256", "ES256", "EdDSA", "HS384", "HS512", "hs256"] {
        let signed = unsigned(&json!({"alg": algorithm, "typ": "JWT"}), &admin);
        assert_refused(&collector, &format!("{signed}."), algorithm).await;
        assert_refused(&collector, &format!("{signed}.{}", base64(hs256(SECRET, &signed))), algorithm).await;
    }
    let signed = unsigned(&json!({"typ": "JWT"}), &good);
    assert_refused(&collector, &format!("{signed}.{}", base64(hs256(SECRET, &signed))), "no algorithm").await;
    let signed = unsigned(&json!({"alg": "HS384", "typ": "JWT"}), &good);
    let mac = Hmac::<Sha384>::new_from_slice(SECRET.as_bytes()).expect("a key").chain_update(&signed);
    assert_refused(
        &collector,
        &format!("{signed}.{}", base64(mac.finalize().into_bytes())),
        "correctly signed with HS384",
    )
    .await;
    let signed = unsigned(&json!({"alg": "HS512", "typ": "JWT"}), &good);
    let mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).expect("a key").chain_update(&signed);
    assert_refused(
        &collector,
        &format!("{signed}.{}", base64(mac.finalize().into_bytes())),
        "correctly signed with HS512",
    )
    .await;

    collector.get(PROTECTED).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_authorization_header_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let anonymous = app.anonymous();
    let token = &collector.access_token;
    let with = |values: Vec<String>| {
        let request = anonymous.request(reqwest::Method::GET, PROTECTED);
        anonymous.send(values.into_iter().fold(request, |request, value| request.header("authorization", value)))
    };
    for value in [
        "Basic YWRhOnNlY3JldA==",
        "Bearer",
        "Bearer ",
        "",
        "Token abc",
        &format!("Basic {token}"),
        token,
        &format!("Bearer{token}"),
        &format!("Bearer {token} {token}"),
        &format!("Bearer {token},"),
        &format!("Bearer \"{token}\""),
    ] {
        let answer = with(vec![value.to_owned()]).await;
        assert_eq!(answer.status, 401, "{value}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{value}");
        assert!(!answer.text().contains(token), "{value}");
        answer.problem(401, "unauthenticated");
    }
    let bearer = format!("Bearer {token}");
    with(vec![bearer.clone(), bearer.clone()]).await.problem(400, "invalid_header");
    with(vec!["Bearer other".into(), bearer.clone()]).await.problem(400, "invalid_header");
    with(vec![]).await.problem(401, "unauthenticated");
    anonymous.get(&format!("{PROTECTED}?access_token={token}")).await.problem(401, "unauthenticated");

    for scheme in ["Bearer", "bearer", "BEARER"] {
        with(vec![format!("{scheme} {token}")]).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_short_secret_every_login_fails_and_the_secret_is_in_no_answer() {
    const SHORT: &str = "Tr0ub4dor&3-is-31-bytes-long-ab";
    assert_eq!(SHORT.len(), 31);
    for variables in [vec![("jwt_secret", SHORT)], vec![("jwt_secret", SECRET), ("jwt_secret_previous", SHORT)]] {
        let app = App::with(&variables).await;
        let anonymous = app.anonymous();
        let account = json!({"email": "ada@example.org", "password": PASSWORD});
        for answer in [
            anonymous.post("/api/auth/register", account.clone()).await,
            anonymous.post("/api/auth/login", account.clone()).await,
            anonymous.post("/api/auth/refresh", json!({"refresh_token": "vvr_x"})).await,
            anonymous.bearing(&forge(&json!({"sub": "1"}), SHORT)).get(PROTECTED).await,
        ] {
            assert!(!answer.text().contains(SHORT) && !answer.text().contains("jwt_secret"), "{}", answer.text());
            answer.problem(500, "misconfigured");
        }
        anonymous.get("/api/health").await.expect(200);
        assert_eq!(super::value::<i64>(&app, "SELECT count(*) FROM users", []), 0);
        assert_eq!(super::value::<i64>(&app, "SELECT count(*) FROM secrets", []), 0);
    }
}

/// A state folder on which a test starts the application several times.
struct StateFolder(tempfile::TempDir);

impl StateFolder {
    fn new() -> Self {
        Self(tempfile::TempDir::new().expect("a temporary folder"))
    }

    async fn start(&self, variables: &[(&str, &str)]) -> host::Running {
        App::serve(&repository().join("spin.toml"), self.0.path(), variables).await
    }

    fn secrets(&self) -> Vec<String> {
        let database = rusqlite::Connection::open(self.0.path().join("sqlite_db.db")).expect("the database");
        let mut statement = database.prepare("SELECT value FROM secrets").expect("a statement");
        statement.query_map([], |row| row.get(0)).expect("rows").map(|row| row.expect("a secret")).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_secret_is_stored_so_that_tokens_are_valid_after_a_restart() {
    let folder = StateFolder::new();
    let first = folder.start(&[]).await;
    let anonymous = Caller::anonymous(&first.url());
    // The first request that needs the secret generates it. Two simultaneous requests generate only one.
    let (ada, eve) = tokio::join!(anonymous.register("ada@example.org"), anonymous.register("eve@example.org"));
    ada.get(PROTECTED).await.expect(200);
    eve.get(PROTECTED).await.expect(200);
    let secrets = folder.secrets();
    assert!(matches!(secrets.as_slice(), [secret] if secret.len() >= 43), "{}", secrets.len());
    assert_eq!(forge(&claims(&ada.access_token), &secrets[0]).len(), ada.access_token.len());
    assert!(first.stop().await);

    let second = folder.start(&[]).await;
    let anonymous = Caller::anonymous(&second.url());
    anonymous.bearing(&ada.access_token).get("/api/auth/me").await.expect(200);
    bearing(&anonymous, refresh(&anonymous, &eve.refresh_token).await).get(PROTECTED).await.expect(200);
    assert_eq!(folder.secrets(), secrets);
    second.stop().await;

    let other_installation = App::start().await;
    other_installation
        .collector()
        .await
        .bearing(&ada.access_token)
        .get(PROTECTED)
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_previous_secret_verifies_tokens_but_signs_none() {
    let folder = StateFolder::new();
    let first = folder.start(&[("jwt_secret", SECRET)]).await;
    let old = Caller::anonymous(&first.url()).register("ada@example.org").await;
    assert!(folder.secrets().is_empty(), "a secret was generated although one is configured");
    first.stop().await;

    let rotated = folder.start(&[("jwt_secret", OTHER), ("jwt_secret_previous", SECRET)]).await;
    let anonymous = Caller::anonymous(&rotated.url());
    anonymous.bearing(&old.access_token).get("/api/auth/me").await.expect(200);
    let new = bearing(&anonymous, refresh(&anonymous, &old.refresh_token).await);
    new.get("/api/auth/me").await.expect(200);
    let (signed, signature) = new.access_token.rsplit_once('.').expect("a token");
    assert_eq!(signature, base64(hs256(OTHER, signed)));
    rotated.stop().await;

    let later = folder.start(&[("jwt_secret", OTHER)]).await;
    let anonymous = Caller::anonymous(&later.url());
    assert_refused(&anonymous, &old.access_token, "a token signed with the previous secret").await;
    anonymous.bearing(&new.access_token).get("/api/auth/me").await.expect(200);
}
