//! Password hashes of the formats that an older application used.

use tests::{App, PASSWORD};

use super::{execute, sign_in, value};

/// Hashes of `PASSWORD`, made by other implementations: hashlib of Python, and libxcrypt.
const LEGACY: [(&str, &str); 8] = [
    ("SHA-256", "9028ea0d15decaa35b2da21c0290af3b1a5ba0a30a591906f89b5074e209ea72"),
    ("SHA-256 in capitals", "9028EA0D15DECAA35B2DA21C0290AF3B1A5BA0A30A591906F89B5074E209EA72"),
    ("PBKDF2", "$pbkdf2-sha256$i=100000,l=32$AAECAwQFBgcICQoLDA0ODw$yNEi7NuUd81IprF1DFmFwLiwUVjQQNIFF8zbSYZd5DY"),
    (
        "PBKDF2 without its length",
        "$pbkdf2-sha256$i=100000$AAECAwQFBgcICQoLDA0ODw$yNEi7NuUd81IprF1DFmFwLiwUVjQQNIFF8zbSYZd5DY",
    ),
    ("PBKDF2 as Django writes it", "pbkdf2_sha256$100000$seasalt12$8za1jXk7ZOdwAwrGfFg5XpEv2eQY8KMO/0y6Cw20EaY="),
    ("bcrypt 2a", "$2a$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"),
    ("bcrypt 2b", "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"),
    ("bcrypt 2y", "$2y$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"),
];

/// A hash of `PASSWORD` in the current format, derived by hashlib of Python.
const CURRENT: &str = "$pbkdf2-sha256$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$uwbIwLHdW/1OQPTil6LQ5k2n75S0uOwgmJAhyLQVNq0";

fn store_hash(app: &App, hash: &str) {
    execute(app, "UPDATE users SET password_hash = ?1", [hash]);
}

fn stored_hash(app: &App) -> String {
    value(app, "SELECT password_hash FROM users", [])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_legacy_hash_is_accepted_and_replaced_by_the_current_format() {
    let app = App::start().await;
    let collector = app.collector().await;
    let mut seen = Vec::new();
    for (format, hash) in LEGACY {
        store_hash(&app, hash);
        sign_in(&collector, &collector.email, "incorrect horse").await.problem(401, "bad_credentials");
        assert_eq!(stored_hash(&app), hash, "{format}: the hash changed although the password is wrong");

        let answer = sign_in(&collector, &collector.email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{format}: {}", answer.text());
        let replaced = stored_hash(&app);
        assert!(replaced.starts_with("$pbkdf2-sha256$i=600000,l=32$"), "{format}: {replaced}");
        assert!(!seen.contains(&replaced), "{format}: the salt is not new");
        seen.push(replaced);
    }
    sign_in(&collector, &collector.email, PASSWORD).await.expect(200);
    sign_in(&collector, &collector.email, "incorrect horse").await.problem(401, "bad_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_in_the_current_format_is_not_replaced() {
    let app = App::start().await;
    let collector = app.collector().await;
    store_hash(&app, CURRENT);
    sign_in(&collector, &collector.email, PASSWORD).await.expect(200);
    assert_eq!(stored_hash(&app), CURRENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_in_an_unknown_format_is_never_accepted() {
    let app = App::start().await;
    let collector = app.collector().await;
    for hash in [
        "",
        PASSWORD,
        "9028ea0d15decaa35b2da21c0290af3b",
        "$2x$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
        "$2b$04$short",
        "$2b$31$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$uwbIwLHdW/1OQPTil6LQ5k2n75S0uOwgmJAhyLQVNq0",
        "$pbkdf2-sha512$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$uwbIwLHdW/1OQPTil6LQ5k2n75S0uOwgmJAhyLQVNq0",
        "$pbkdf2-sha256$i=4000000000,l=32$AAECAwQFBgcICQoLDA0ODw$uwbIwLHdW/1OQPTil6LQ5k2n75S0uOwgmJAhyLQVNq0",
        "$pbkdf2-sha256$i=600000,l=0$AAECAwQFBgcICQoLDA0ODw$",
    ] {
        store_hash(&app, hash);
        let answer = sign_in(&collector, &collector.email, PASSWORD).await;
        assert_eq!(answer.status, 401, "{hash}: {}", answer.text());
        answer.problem(401, "bad_credentials");
        assert_eq!(stored_hash(&app), hash);
    }
}
