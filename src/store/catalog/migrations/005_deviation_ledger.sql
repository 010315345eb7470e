-- What people decided about each way of differing from the official flow: rows are only ever added, and the newest of a
-- way holds.
CREATE TABLE deviation_ledger (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    flow_id      TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    deviation_id TEXT NOT NULL CHECK (length(deviation_id) > 0),
    revision     INTEGER NOT NULL CHECK (revision >= 1),
    at           INTEGER NOT NULL,
    author       TEXT NOT NULL,
    status       TEXT NOT NULL CHECK (status IN ('new', 'accepted', 'error', 'to_formalise')),
    -- It holds for cases that start before this; without it, for all.
    until        INTEGER,
    owner        TEXT,
    comment      TEXT,
    UNIQUE (flow_id, deviation_id, revision)
) STRICT;
CREATE TRIGGER deviation_ledger_is_never_changed BEFORE UPDATE ON deviation_ledger
BEGIN SELECT RAISE(ABORT, 'what was decided is never changed, only decided anew'); END;
