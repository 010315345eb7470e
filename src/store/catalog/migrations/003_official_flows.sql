-- The official flow of each flow, as it was given, with its history: rows are only ever added.
CREATE TABLE official_flows (
    flow_id    TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL CHECK (number >= 1),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    notation   TEXT NOT NULL CHECK (notation IN ('bpmn', 'pnml')),
    name       TEXT NOT NULL,
    model      TEXT NOT NULL,
    hash       TEXT NOT NULL CHECK (length(hash) = 64),
    reason     TEXT,
    PRIMARY KEY (flow_id, number)
) STRICT;
CREATE TRIGGER official_flows_are_never_changed BEFORE UPDATE ON official_flows
BEGIN SELECT RAISE(ABORT, 'a version of an official flow is never changed'); END;
