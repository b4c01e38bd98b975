-- Members' reports of puzzles, once a round and member, and what moderators decided; and the puzzles
-- that a server's moderators took out of play for their server.

CREATE TABLE reports (
    id           INTEGER PRIMARY KEY,
    guild_id     BIGINT NOT NULL,
    round_id     INTEGER NOT NULL REFERENCES rounds (id),
    puzzle_id    TEXT NOT NULL,
    reporter_id  BIGINT NOT NULL,
    complaint    TEXT NOT NULL,
    note         TEXT NOT NULL,
    decision     TEXT NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'aside', 'kept')),
    reported_at  BIGINT NOT NULL,
    decided_at   BIGINT,
    -- Whether the reporter has heard what was decided.
    is_told      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (round_id, reporter_id)
);
CREATE INDEX reports_open ON reports (guild_id, id) WHERE decision = 'open';
CREATE INDEX reports_by_reporter ON reports (reporter_id, is_told);

CREATE TABLE guild_set_aside (
    guild_id      BIGINT NOT NULL,
    puzzle_id     TEXT NOT NULL,
    set_aside_at  BIGINT NOT NULL,
    PRIMARY KEY (guild_id, puzzle_id)
);
