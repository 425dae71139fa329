//! The yardstick: the measured part of our API as a native server with axum, rusqlite and serde. It is written to be
//! hard to beat.
//!
//! It is fast: each worker thread has its own connection and prepared statements, reads run directly on the worker,
//! text is borrowed from SQLite and written straight into the answer, the database uses WAL and memory-mapped reads,
//! and hashing uses SHA instructions.
//!
//! It is fair: it has the same durability (`synchronous = FULL`), the same order with an index, the same search index
//! and the same stored totals, and it verifies a token for each request. It leaves out the other work of our
//! application: ETags, request ids, a log line per request, limits, problem documents, the ledger, isolation. All of
//! this counts against our application.

mod accounts;
mod album;
mod apply;
mod list;
mod store;
mod style;
mod sync;
mod token;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use axum::{
    Router,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt as _,
};
use http::{HeaderValue, StatusCode, header, request::Parts};

pub use self::style::Style;
use self::{store::Store, token::Key};

/// The number of cores of the machine for which the goals are set.
const WORKERS: usize = 2;

#[derive(Debug, clap::Args)]
pub struct Options {
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long)]
    db: PathBuf,
    #[arg(long)]
    style: Style,
}

struct Server {
    key: Key,
    store: Store,
    style: Style,
}

type ServerState = axum::extract::State<Arc<Server>>;

/// Serves until standard input is closed, so that it never outlives the process that started it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?.block_on(serve(options))
}

async fn serve(options: &Options) -> anyhow::Result<()> {
    let server = Server { key: Key::generate()?, store: Store::open(&options.db)?, style: options.style };
    let router = Router::new()
        .route("/api/health", get(health))
        .route("/api/auth/register", post(accounts::register))
        .route("/api/auth/login", post(accounts::login))
        .route("/api/collection", get(list::list))
        .route("/api/collection/sync", post(sync::sync).layer(axum::extract::DefaultBodyLimit::max(20 << 20)))
        .with_state(Arc::new(server));
    let listener = tokio::net::TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("the yardstick cannot listen on {}", options.listen))?
        .tap_io(|stream| {
            // If the socket refuses the option, answers are slower and still right.
            let _ = stream.set_nodelay(true);
        });
    Ok(axum::serve(listener, router).await?)
}

async fn health() -> Response {
    json(r#"{"status":"ok","service":"vinyl-vault-api","version":"0.1.0"}"#.as_bytes().to_vec())
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// The user of a valid token.
struct Caller(i64);

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, StatusCode> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = value.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
        server.key.verify(token).map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// Writes the cause to standard error, which the benchmark keeps, and returns the status 500.
fn internal(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("yardstick: {error}");
    StatusCode::INTERNAL_SERVER_ERROR
}
