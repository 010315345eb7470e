-- The catalog as it begins. All times are microseconds since 1970-01-01T00:00:00Z.
-- Hashes are lower-case hex. A file is never edited after a release: a change is a new, higher-numbered file.

-- One row; its number grows with every change of what readers may have cached.
CREATE TABLE catalog_state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO catalog_state (only_row, revision) VALUES (1, 0);

-- A flow is referred to by its id, so that a new name moves neither rows nor folders.
CREATE TABLE flows (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE imports (
    id            TEXT PRIMARY KEY,
    flow_id       TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    file_name     TEXT NOT NULL,
    bytes         INTEGER NOT NULL CHECK (bytes >= 0),
    hash          TEXT NOT NULL CHECK (length(hash) = 64),
    mapping       TEXT NOT NULL,
    append        INTEGER NOT NULL CHECK (append IN (0, 1)),
    state         TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    created_at    INTEGER NOT NULL,
    started_at    INTEGER,
    finished_at   INTEGER,
    -- When the process that works on it last said that it is alive.
    heartbeat_at  INTEGER NOT NULL,
    version       INTEGER,
    rows_accepted INTEGER,
    rows_rejected INTEGER,
    report        TEXT,
    error         TEXT,
    CHECK ((state = 'done') = (version IS NOT NULL))
) STRICT;
CREATE INDEX imports_by_flow ON imports (flow_id, id);
CREATE INDEX imports_unfinished ON imports (state) WHERE state IN ('queued', 'running');

CREATE TABLE versions (
    flow_id       TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL CHECK (number >= 1),
    created_at    INTEGER NOT NULL,
    directory     TEXT NOT NULL UNIQUE,
    manifest_hash TEXT NOT NULL CHECK (length(manifest_hash) = 64),
    events        INTEGER NOT NULL CHECK (events >= 0),
    cases         INTEGER NOT NULL CHECK (cases >= 0),
    first_at      INTEGER,
    last_at       INTEGER,
    lifecycle     TEXT NOT NULL CHECK (lifecycle IN ('merge', 'keep')),
    PRIMARY KEY (flow_id, number)
) STRICT;

-- Which imports a version is made of, in the order in which their rows were taken.
CREATE TABLE version_imports (
    flow_id   TEXT NOT NULL,
    number    INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    PRIMARY KEY (flow_id, number, position),
    UNIQUE (flow_id, number, import_id),
    FOREIGN KEY (flow_id, number) REFERENCES versions (flow_id, number) ON DELETE CASCADE
) STRICT;
CREATE INDEX version_imports_by_import ON version_imports (import_id);

CREATE TABLE tokens (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    role         TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
    hash         TEXT NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
) STRICT;

CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY,
    token_id   TEXT NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- How far each use moves the end, and the end that no use can move.
    idle       INTEGER NOT NULL CHECK (idle > 0),
    ends_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_token ON sessions (token_id);

CREATE TABLE sign_in_codes (
    hash       TEXT PRIMARY KEY,
    token_id   TEXT NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX sign_in_codes_by_token ON sign_in_codes (token_id);

-- The audit names its flow in plain text: it must outlive what it tells about.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    action       TEXT NOT NULL,
    flow         TEXT,
    subject      TEXT NOT NULL,
    before_value TEXT,
    after_value  TEXT
) STRICT;
CREATE INDEX audit_by_flow ON audit (flow, id) WHERE flow IS NOT NULL;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
