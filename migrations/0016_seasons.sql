-- Seasons: each month of a server in which something was played, and its final ranks, which stay as
-- they were when the month's last round was scored. The state says how far its post has come, as a
-- round's does: the row is reserved, the podium posted, the post recorded.

CREATE TABLE seasons (
    id           INTEGER PRIMARY KEY,
    guild_id     BIGINT NOT NULL,
    month        TEXT NOT NULL,                 -- 2026-11
    state        TEXT NOT NULL
        CHECK (state IN ('running', 'reserved', 'posted', 'silent')),
    due_at       BIGINT NOT NULL,               -- the end of the month in the server's time zone
    players      INTEGER NOT NULL DEFAULT 0,
    channel_id   BIGINT,
    reserved_at  BIGINT,
    message_id   BIGINT,
    attempts     INTEGER NOT NULL DEFAULT 0,
    retry_at     BIGINT,
    last_error   TEXT,
    UNIQUE (guild_id, month)
);
CREATE INDEX seasons_unfinished ON seasons (due_at) WHERE state IN ('running', 'reserved');

CREATE TABLE season_standings (
    season_id    INTEGER NOT NULL,
    guild_id     BIGINT NOT NULL,
    player_id    BIGINT NOT NULL,
    final_rank   INTEGER NOT NULL,
    points       INTEGER NOT NULL,
    guesses      INTEGER NOT NULL,
    right_count  INTEGER NOT NULL,
    elapsed_ms   BIGINT NOT NULL,
    PRIMARY KEY (season_id, player_id)
);
CREATE INDEX season_standings_by_player ON season_standings (player_id);
