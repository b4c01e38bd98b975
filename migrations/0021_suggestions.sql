-- Puzzles that members suggest for their server, with the run that proved them. What is approved goes
-- into the server's own lesson on that PEP; the row stays, so that its author hears of it, and the
-- same is not suggested twice.

CREATE TABLE suggestions (
    id            INTEGER PRIMARY KEY,
    guild_id      BIGINT NOT NULL,
    author_id     BIGINT NOT NULL,
    fingerprint   TEXT NOT NULL,
    document      TEXT NOT NULL,
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'declined')),
    suggested_at  BIGINT NOT NULL,
    decided_at    BIGINT,
    -- Whether its author has heard what was decided.
    is_told       INTEGER NOT NULL DEFAULT 0,
    UNIQUE (guild_id, fingerprint)
);
CREATE INDEX suggestions_open ON suggestions (guild_id, id) WHERE state = 'open';
CREATE INDEX suggestions_by_author ON suggestions (author_id, is_told);
