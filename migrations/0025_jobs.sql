-- Work that no request waits for: purges, lookups for whole collections, imports. Owner: system.

-- A job of the installation, or of an account. It is worked off in slices, by whichever instance leases the next one.
-- All times are milliseconds since 1970, of the database's clock.
CREATE TABLE jobs (
    -- AUTOINCREMENT: an id is never reused, so that the slice of a deleted job ends no other job's slice.
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The gateway has the table of kinds. A release leases only the kinds that it knows.
    kind        TEXT NOT NULL,
    -- NULL: the installation's.
    user_id     INTEGER REFERENCES users (id) ON DELETE CASCADE,
    -- What a slice returned for the next one, a JSON document. Never shown.
    state       TEXT NOT NULL CHECK (json_valid(state) AND octet_length(state) <= 65536),
    -- What people see of it, such as {"done": 412, "total": 1500}.
    progress    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(progress) AND octet_length(progress) <= 2048),
    -- When the next slice may start. While a slice runs: when another instance may take over. NULL: the job has ended.
    run_at      INTEGER,
    -- When a slice should start that was asked for while another one ran, which may have been too late for it.
    wanted_at   INTEGER,
    paused      INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    -- The number of slices that were started. With the id, it is the token of the current one: only its holder can end
    -- it.
    slice       INTEGER NOT NULL DEFAULT 0,
    -- When the current slice started; NULL: none runs.
    leased_at   INTEGER,
    -- The id of the request that runs the current slice, or ran the last one.
    request_id  TEXT,
    -- How many slices failed, or were cut off, one after the other.
    failures    INTEGER NOT NULL DEFAULT 0,
    -- Why the last one did, in words; NULL: it did not.
    error       TEXT,
    enqueued_at INTEGER NOT NULL
) STRICT;

-- An account has one job of a kind, and so has the installation. Accounts have no id 0.
CREATE UNIQUE INDEX jobs_of_account ON jobs (kind, coalesce(user_id, 0));
CREATE INDEX jobs_account ON jobs (user_id);
CREATE INDEX jobs_due ON jobs (run_at) WHERE paused = 0;

-- The latest slices of a job: 20 that succeeded, 20 that did not.
CREATE TABLE job_runs (
    id           INTEGER PRIMARY KEY,
    job_id       INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    request_id   TEXT,
    started_at   INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    -- NULL: it succeeded.
    error        TEXT
) STRICT;

CREATE INDEX job_runs_job ON job_runs (job_id, error IS NULL, id);

-- Records a slice that ended, or that another one took over.
CREATE TRIGGER jobs_slice_ended AFTER UPDATE OF leased_at ON jobs WHEN OLD.leased_at IS NOT NULL
BEGIN
    INSERT INTO job_runs (job_id, request_id, started_at, milliseconds, error)
    VALUES (OLD.id, OLD.request_id, OLD.leased_at,
        max(CAST(unixepoch('subsec') * 1000 AS INTEGER) - OLD.leased_at, 0), NEW.error);
    DELETE FROM job_runs WHERE job_id = OLD.id AND (error IS NULL) = (NEW.error IS NULL) AND id <= (
        SELECT id FROM job_runs WHERE job_id = OLD.id AND (error IS NULL) = (NEW.error IS NULL)
        ORDER BY id DESC LIMIT 1 OFFSET 20);
END;
