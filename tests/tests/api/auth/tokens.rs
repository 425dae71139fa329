//! Access tokens: who made one, and for whom, decides; nothing else opens a door.

use std::time::{SystemTime, UNIX_EPOCH};

use ct_codecs::{Base64UrlSafeNoPadding as Base64, Decoder, Encoder};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use tests::{App, Caller, PASSWORD, repository};

use super::{bearing, refresh};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

/// Asks the signature and the claims alone: `/api/collection` does not look at the session.
const DOOR: &str = "/api/collection";

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    Base64::encode_to_string(bytes).expect("text")
}

fn hs256(secret: &str, signed: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key").chain_update(signed);
    mac.finalize().into_bytes().to_vec()
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()))
}

/// A token as the application would make it, of any claims and with any secret.
fn forged(claims: &Value, secret: &str) -> String {
    let signed = unsigned(&json!({"alg": "HS256", "typ": "JWT"}), claims);
    format!("{signed}.{}", encoded(hs256(secret, &signed)))
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&Base64::decode_to_vec(payload, None).expect("Base64")).expect("claims")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs()
}

async fn is_refused(caller: &Caller, token: &str, why: &str) {
    let answer = caller.bearing(token).get(DOOR).await;
    assert_eq!(answer.status, 401, "{why}: {}", answer.text());
    assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#, "{why}");
    answer.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_who_calls_for_a_quarter_of_an_hour() {
    let app = App::with(&[("jwt_secret", SECRET)]).await;
    let collector = app.collector().await;
    let claims = claims(&collector.access_token);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("vinyl-vault"), &json!("vinyl-vault-api")));
    assert_eq!((&claims["sub"], &claims["role"]), (&json!("1"), &json!("member")));
    let lifetime = claims["exp"].as_u64().expect("exp") - claims["iat"].as_u64().expect("iat");
    assert_eq!(lifetime, 900);
    let other = bearing(&collector, refresh(&collector, &collector.refresh_token).await);
    assert_ne!(self::claims(&other.access_token)["jti"], claims["jti"]);
    assert!(!claims.to_string().contains(&collector.email), "a token is no place for an address: {claims}");
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_are_not_for_us_or_not_for_now_are_refused() {
    let app = App::with(&[("jwt_secret", SECRET)]).await;
    let collector = app.collector().await;
    let good = claims(&collector.access_token);
    // The forger of these tests is good at it, so that what is refused is refused for its claims.
    collector.bearing(&forged(&good, SECRET)).get(DOOR).await.expect(200);

    for (claim, value) in [
        ("exp", json!(now() - 60)),
        ("exp", json!(0)),
        ("exp", json!("never")),
        ("nbf", json!(now() + 300)),
        ("iat", json!(now() + 300)),
        ("iss", json!("somebody-else")),
        ("iss", json!("")),
        ("aud", json!("somebody-else")),
        ("aud", json!([])),
        ("aud", json!(["vinyl-vault", "somebody-else"])),
        ("sub", json!("ada")),
        ("sub", json!("")),
        ("sub", json!("1 OR 1=1")),
        ("role", json!("king")),
        ("role", json!("")),
    ] {
        let mut claims = good.clone();
        claims[claim] = value.clone();
        is_refused(&collector, &forged(&claims, SECRET), &format!("{claim}: {value}")).await;
    }
    for claim in ["exp", "iss", "aud", "sub", "sid", "role"] {
        let mut claims = good.clone();
        claims.as_object_mut().expect("claims").remove(claim);
        is_refused(&collector, &forged(&claims, SECRET), &format!("without {claim}")).await;
    }
    for claims in [json!({}), json!([]), json!("x"), json!(null)] {
        is_refused(&collector, &forged(&claims, SECRET), &claims.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_make_is_refused() {
    let app = App::with(&[("jwt_secret", SECRET)]).await;
    let collector = app.collector().await;
    let good = claims(&collector.access_token);
    let token = &collector.access_token;
    let (signed, signature) = token.rsplit_once('.').expect("a token");
    let (header, payload) = signed.split_once('.').expect("a token");

    is_refused(&collector, &forged(&good, OTHER), "another secret").await;
    is_refused(&collector, &forged(&good, ""), "no secret").await;
    let mut admin = good.clone();
    admin["role"] = json!("super_admin");
    is_refused(&collector, &format!("{header}.{}.{signature}", encoded(admin.to_string())), "another payload").await;
    let mut bytes = Base64::decode_to_vec(signature, None).expect("Base64");
    bytes[0] ^= 1;
    is_refused(&collector, &format!("{signed}.{}", encoded(&bytes)), "a bit of the signature").await;
    bytes[0] ^= 1;
    is_refused(&collector, &format!("{signed}.{}", encoded(&bytes[..16])), "half of the signature").await;
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
        is_refused(&collector, &shape, &shape).await;
    }

    for algorithm in ["none", "None", "NONE", "nOnE", "", "RS256", "ES256", "EdDSA", "HS384", "HS512", "hs256"] {
        let signed = unsigned(&json!({"alg": algorithm, "typ": "JWT"}), &admin);
        is_refused(&collector, &format!("{signed}."), algorithm).await;
        is_refused(&collector, &format!("{signed}.{}", encoded(hs256(SECRET, &signed))), algorithm).await;
    }
    let signed = unsigned(&json!({"typ": "JWT"}), &good);
    is_refused(&collector, &format!("{signed}.{}", encoded(hs256(SECRET, &signed))), "no algorithm").await;
    let signed = unsigned(&json!({"alg": "HS384", "typ": "JWT"}), &good);
    let mac = Hmac::<Sha384>::new_from_slice(SECRET.as_bytes()).expect("a key").chain_update(&signed);
    is_refused(&collector, &format!("{signed}.{}", encoded(mac.finalize().into_bytes())), "true HS384").await;
    let signed = unsigned(&json!({"alg": "HS512", "typ": "JWT"}), &good);
    let mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).expect("a key").chain_update(&signed);
    is_refused(&collector, &format!("{signed}.{}", encoded(mac.finalize().into_bytes())), "true HS512").await;

    collector.get(DOOR).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_no_bearer_token_is_refused() {
    let app = App::start().await;
    let collector = app.collector().await;
    let anonymous = app.anonymous();
    let token = &collector.access_token;
    let with = |values: Vec<String>| {
        let request = anonymous.request(reqwest::Method::GET, DOOR);
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
    anonymous.get(&format!("{DOOR}?access_token={token}")).await.problem(401, "unauthenticated");

    for scheme in ["Bearer", "bearer", "BEARER"] {
        with(vec![format!("{scheme} {token}")]).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_secret_signs_nobody_in_and_is_not_told() {
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
            anonymous.bearing(&forged(&json!({"sub": "1"}), SHORT)).get(DOOR).await,
        ] {
            assert!(!answer.text().contains(SHORT) && !answer.text().contains("jwt_secret"), "{}", answer.text());
            answer.problem(500, "misconfigured");
        }
        anonymous.get("/api/health").await.expect(200);
        assert_eq!(super::value::<i64>(&app, "SELECT count(*) FROM users", []), 0);
        assert_eq!(super::value::<i64>(&app, "SELECT count(*) FROM secrets", []), 0);
    }
}

/// Starts the application again and again on one folder.
struct Folder(tempfile::TempDir);

impl Folder {
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
async fn a_generated_secret_is_kept_so_that_tokens_outlive_a_restart() {
    let folder = Folder::new();
    let first = folder.start(&[]).await;
    let anonymous = Caller::anonymous(&first.url());
    // Whoever needs the secret first makes it: two at once make one.
    let (ada, eve) = tokio::join!(anonymous.register("ada@example.org"), anonymous.register("eve@example.org"));
    ada.get(DOOR).await.expect(200);
    eve.get(DOOR).await.expect(200);
    let secrets = folder.secrets();
    assert!(matches!(secrets.as_slice(), [secret] if secret.len() >= 43), "{}", secrets.len());
    assert_eq!(forged(&claims(&ada.access_token), &secrets[0]).len(), ada.access_token.len());
    assert!(first.stop().await);

    let second = folder.start(&[]).await;
    let anonymous = Caller::anonymous(&second.url());
    anonymous.bearing(&ada.access_token).get("/api/auth/me").await.expect(200);
    bearing(&anonymous, refresh(&anonymous, &eve.refresh_token).await).get(DOOR).await.expect(200);
    assert_eq!(folder.secrets(), secrets);
    second.stop().await;

    let elsewhere = App::start().await;
    elsewhere.collector().await.bearing(&ada.access_token).get(DOOR).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_previous_secret_verifies_and_signs_nothing() {
    let folder = Folder::new();
    let first = folder.start(&[("jwt_secret", SECRET)]).await;
    let old = Caller::anonymous(&first.url()).register("ada@example.org").await;
    assert!(folder.secrets().is_empty(), "a configured secret needs no generated one");
    first.stop().await;

    let rotated = folder.start(&[("jwt_secret", OTHER), ("jwt_secret_previous", SECRET)]).await;
    let anonymous = Caller::anonymous(&rotated.url());
    anonymous.bearing(&old.access_token).get("/api/auth/me").await.expect(200);
    let new = bearing(&anonymous, refresh(&anonymous, &old.refresh_token).await);
    new.get("/api/auth/me").await.expect(200);
    let (signed, signature) = new.access_token.rsplit_once('.').expect("a token");
    assert_eq!(signature, encoded(hs256(OTHER, signed)));
    rotated.stop().await;

    let later = folder.start(&[("jwt_secret", OTHER)]).await;
    let anonymous = Caller::anonymous(&later.url());
    is_refused(&anonymous, &old.access_token, "the secret before").await;
    anonymous.bearing(&new.access_token).get("/api/auth/me").await.expect(200);
}
