-- Everything a run is made of. What belongs together is one row: a run, a step, an answer.

PRAGMA application_id = 1178681941;  -- "FABU"

-- Kept by content, so that a thousand branches of one campaign share one setup.
CREATE TABLE setups (
    digest TEXT PRIMARY KEY,         -- SHA-256 of the setup, hex
    setup BLOB NOT NULL
) STRICT;

CREATE TABLE runs (
    number INTEGER PRIMARY KEY,      -- counts up: the order in which runs were made
    id TEXT NOT NULL UNIQUE,
    environment TEXT NOT NULL,
    rules TEXT NOT NULL,
    pack TEXT NOT NULL,
    seed INTEGER NOT NULL,
    setup_digest TEXT NOT NULL REFERENCES setups (digest),
    parent TEXT REFERENCES runs (id),
    parent_step INTEGER NOT NULL,    -- own records begin here
    steps INTEGER NOT NULL,
    digest TEXT NOT NULL,
    seal TEXT NOT NULL,
    ending BLOB,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    holder TEXT,                     -- JSON: who may write; NULL: nobody does
    fence INTEGER NOT NULL DEFAULT 0,
    lease_s REAL NOT NULL DEFAULT 0, -- how far each append pushes lease_until
    lease_until REAL NOT NULL DEFAULT 0,
    CHECK (parent_step >= 0 AND (parent IS NOT NULL OR parent_step = 0)),
    CHECK (steps >= parent_step)
) STRICT;

CREATE TABLE records (
    run TEXT NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    inputs BLOB NOT NULL,
    events BLOB NOT NULL,
    digest TEXT NOT NULL,
    notes BLOB NOT NULL,
    seal TEXT NOT NULL,
    schema INTEGER NOT NULL,
    PRIMARY KEY (run, step)
) STRICT;

CREATE TABLE snapshots (
    run TEXT NOT NULL REFERENCES runs (id),
    step INTEGER NOT NULL,
    state BLOB NOT NULL,
    pending BLOB NOT NULL,
    digest TEXT NOT NULL,
    "check" TEXT NOT NULL,
    PRIMARY KEY (run, step)
) STRICT;

-- Small rows, looked up by their whole key: the key is the table.
CREATE TABLE answers (
    run TEXT NOT NULL REFERENCES runs (id),
    asked INTEGER NOT NULL,
    agent TEXT NOT NULL,
    action BLOB NOT NULL,
    note BLOB NOT NULL,
    PRIMARY KEY (run, asked, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
    run TEXT NOT NULL REFERENCES runs (id),
    number INTEGER NOT NULL,
    command BLOB NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;
