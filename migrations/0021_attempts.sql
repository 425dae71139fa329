-- Bounds what a stranger can guess. Owner: auth.

-- Wrong guesses of the last quarter of an hour (registrations: of the last hour). The texts are keyed hashes, so that a
-- copy of this table names no one. A row costs a client a password derivation, and ends, so there are few.
CREATE TABLE attempts (
    -- What is guessed, and the address that guesses (of IPv6, the /64).
    address TEXT NOT NULL,
    -- The email, whether or not an account has it.
    subject TEXT NOT NULL,
    -- What is guessed, and the network of the address: its /24, of IPv6 the /48.
    network TEXT NOT NULL,
    count   INTEGER NOT NULL,
    -- The part of `count` that is being checked now.
    pending INTEGER NOT NULL,
    -- When the row counts no more.
    until   TEXT NOT NULL,
    PRIMARY KEY (address, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_subject ON attempts (subject);
CREATE INDEX attempts_network ON attempts (network);
CREATE INDEX attempts_until ON attempts (until);

-- Addresses, as in `attempts`, that an account was signed in from: guesses from elsewhere do not lock its owner out.
CREATE TABLE known_addresses (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;
