-- Official flows may be definitions and lists of rules, too; they are valid from a day on, and may first be proposed.
-- SQLite cannot widen a check, so the rows move to a new table; they are not changed.
CREATE TABLE official_flows_new (
    flow_id    TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL CHECK (number >= 1),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    notation   TEXT NOT NULL CHECK (notation IN ('bpmn', 'pnml', 'yaml', 'toml', 'json', 'csv')),
    name       TEXT NOT NULL,
    model      TEXT NOT NULL,
    hash       TEXT NOT NULL CHECK (length(hash) = 64),
    reason     TEXT,
    -- Cases that start from then on are judged by it; null for all.
    valid_from INTEGER,
    proposed   INTEGER NOT NULL DEFAULT 0 CHECK (proposed IN (0, 1)),
    PRIMARY KEY (flow_id, number)
) STRICT;
INSERT INTO official_flows_new (flow_id, number, created_at, created_by, notation, name, model, hash, reason)
SELECT flow_id, number, created_at, created_by, notation, name, model, hash, reason FROM official_flows;
DROP TABLE official_flows;
ALTER TABLE official_flows_new RENAME TO official_flows;
CREATE TRIGGER official_flows_are_never_changed BEFORE UPDATE ON official_flows
BEGIN SELECT RAISE(ABORT, 'a version of an official flow is never changed'); END;

-- What became of proposals: one decision each, for good.
CREATE TABLE official_flow_decisions (
    flow_id    TEXT NOT NULL,
    number     INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    approved   INTEGER NOT NULL CHECK (approved IN (0, 1)),
    -- Whether it was the author, because there is nobody else.
    alone      INTEGER NOT NULL CHECK (alone IN (0, 1)),
    reason     TEXT,
    PRIMARY KEY (flow_id, number),
    FOREIGN KEY (flow_id, number) REFERENCES official_flows (flow_id, number) ON DELETE CASCADE
) STRICT;
CREATE TRIGGER official_flow_decisions_are_never_changed BEFORE UPDATE ON official_flow_decisions
BEGIN SELECT RAISE(ABORT, 'a decision about an official flow is never changed'); END;
