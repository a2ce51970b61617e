-- What asking models costs, what they replied, and what persons are asked.

-- One row a question sent towards one model. A run may be '' (asked outside any run), so it is no reference.
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    agent TEXT NOT NULL,
    step INTEGER NOT NULL,
    number INTEGER NOT NULL,
    role TEXT NOT NULL,
    model TEXT NOT NULL,
    at TEXT NOT NULL,
    reserved_tokens INTEGER NOT NULL CHECK (reserved_tokens >= 0),
    reserved_nano_usd INTEGER CHECK (reserved_nano_usd >= 0), -- NULL: the price is not known
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cost_nano_usd INTEGER CHECK (cost_nano_usd >= 0),
    outcome TEXT NOT NULL,                                    -- '': not settled, it counts as reserved
    latency_ms REAL,
    attempts INTEGER NOT NULL CHECK (attempts >= 1)
) STRICT;

CREATE INDEX calls_of_run ON calls (run);

-- Sums over calls: reservations of the open ones and costs of the settled ones, changed in the same transactions.
CREATE TABLE accounts (
    scope TEXT NOT NULL,             -- run, agent, day
    key TEXT NOT NULL,               -- the run's id, or the day (2026-11-21)
    agent TEXT NOT NULL,             -- '' in scope agent: the limits of each agent of the run that has none of its own
    tokens INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    tokens_max INTEGER,              -- NULL: no wall
    cost_nano_usd_max INTEGER,
    PRIMARY KEY (scope, key, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE replies (
    run TEXT NOT NULL,
    agent TEXT NOT NULL,
    step INTEGER NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,            -- of the request: another prompt is another question
    reply BLOB NOT NULL,
    PRIMARY KEY (run, agent, step, number, digest)
) STRICT;

-- The mailbox of the persons who sit in seats: the process that plays the run asks, any other one may answer.
CREATE TABLE questions (
    run TEXT NOT NULL REFERENCES runs (id),
    agent TEXT NOT NULL,
    asked INTEGER NOT NULL,
    who TEXT NOT NULL,
    question BLOB NOT NULL,
    answer BLOB,                     -- NULL: open
    PRIMARY KEY (run, agent, asked)
) STRICT;
