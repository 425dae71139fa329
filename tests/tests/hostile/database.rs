//! The database is away: each route says so, and no session ends by it.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;
use tests::{Answer, App, PASSWORD, Process};

/// Locks the bytes of SQLite's `-shm` file by which a connection begins to read or to write (120: write, 123 to 127:
/// read; see <https://sqlite.org/walformat.html>), as another process may. Prints a line when it has them.
const LOCK: &str = "
import fcntl, sys, time
file = open(sys.argv[1], 'r+b')
for first, count in ((120, 1), (123, 5)):
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
            break
        except OSError:
            time.sleep(0.01)
print('locked', flush=True)
sys.stdin.read()
";

/// Another process that has locked the database.
struct Lock(Child);

impl Lock {
    fn take(state: &Path) -> Self {
        let mut python = Command::new("python3");
        python.args(["-c", LOCK]).arg(state.join("sqlite_db.db-shm")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = python.spawn().expect("Python 3");
        let mut line = String::new();
        let output = child.stdout.take().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        assert_eq!(line, "locked\n");
        Self(child)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn assert_away(answer: Answer) {
    let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!(seconds > 0);
    answer.problem(503, "unavailable");
}

/// Takes as long as SQLite tries to begin a read: 10 s.
#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_the_answer_is_503_and_no_session_ends() {
    let state = TempDir::new().expect("a temporary folder");
    let process = Process::start(state.path()).await;
    let owner = process.anonymous().register("ada@example.org").await;
    owner.get("/api/auth/me").await.expect(200);
    let lock = Lock::take(state.path());
    let refresh = || owner.post("/api/auth/refresh", json!({"refresh_token": owner.refresh_token}));
    let (me, refreshed) = tokio::join!(owner.get("/api/auth/me"), refresh());
    assert_away(me);
    assert_away(refreshed);
    drop(lock);
    owner.get("/api/auth/me").await.expect(200);
    refresh().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_cannot_be_written_a_sign_in_gets_503_and_reads_go_on() {
    let app = App::start().await;
    let owner = app.anonymous().register("ada@example.org").await;
    let writer = app.connect();
    writer.execute_batch("BEGIN IMMEDIATE").expect("the write lock");
    let account = json!({"email": "ada@example.org", "password": PASSWORD});
    let login = app.anonymous();
    let (login, list) = tokio::join!(login.post("/api/auth/login", account), owner.get("/api/collection"));
    assert_away(login);
    list.expect(200);
    writer.execute_batch("ROLLBACK").expect("no lock");
    app.anonymous().login("ada@example.org").await.get("/api/auth/me").await.expect(200);
}
