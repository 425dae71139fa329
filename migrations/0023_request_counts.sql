-- Limits of requests are for all instances together, which exchange their counts here, every few seconds.
-- Owner: system.

-- Admitted requests of an address (class 0; covers: 1) or an account (2): in a calendar minute, counted from 1970, and
-- in the minute before it. A row is deleted when both have passed.
CREATE TABLE request_counts (
    class    INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    minute   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    PRIMARY KEY (class, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_counts_minute ON request_counts (minute);
