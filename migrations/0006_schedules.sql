-- Up to eight daily schedules a server instead of one: each has its channel, its hour and its taste,
-- and each has a round of its own a date. What a server had becomes its first, slot 1.

CREATE TABLE schedules (
    guild_id      BIGINT NOT NULL,
    slot          INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 8),
    channel_id    BIGINT NOT NULL,
    post_time     TEXT NOT NULL,                -- local, HH:MM
    time_zone     TEXT NOT NULL,                -- an IANA name
    weekdays      TEXT NOT NULL,                -- digits, Monday = 0: 01234 is Monday to Friday
    open_minutes  INTEGER,                      -- NULL: until the next round is posted
    is_paused     INTEGER NOT NULL DEFAULT 0,
    effective_at  BIGINT NOT NULL,              -- posts due before it are not owed
    next_post_at  BIGINT,                       -- NULL: none
    code_view     TEXT NOT NULL DEFAULT 'picture'
        CHECK (code_view IN ('picture', 'text')),
    level         TEXT,                         -- only lessons of that level; NULL: all
    topic         TEXT,                         -- only lessons of that category or tag; NULL: all
    role_id       BIGINT,                       -- the role that a post pings; NULL: none
    has_thread    INTEGER NOT NULL DEFAULT 0,   -- a post begins a thread
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (guild_id, slot)
);

INSERT INTO schedules (guild_id, slot, channel_id, post_time, time_zone, weekdays, open_minutes,
                       is_paused, effective_at, next_post_at, code_view, updated_at)
SELECT guild_id, 1, channel_id, post_time, time_zone, weekdays, open_minutes,
       is_paused, effective_at, next_post_at, code_view, updated_at
FROM guilds;

DROP TABLE guilds;

CREATE INDEX schedules_by_next_post ON schedules (next_post_at);

-- What a schedule wants on one weekday, instead of its own level and topic: beginners on Mondays.
CREATE TABLE weekday_wishes (
    guild_id  BIGINT NOT NULL,
    slot      INTEGER NOT NULL,
    weekday   INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    level     TEXT,
    topic     TEXT,
    PRIMARY KEY (guild_id, slot, weekday)
);

-- The referee of posting is now one round a guild, slot and date. SQLite can't change a table's
-- constraint, so the table is made anew, and with it those that refer to it: children first out,
-- so that no row is ever without its parent, whatever the foreign keys of the connection say.
CREATE TABLE rounds_new (
    id                 INTEGER PRIMARY KEY,
    guild_id           BIGINT NOT NULL,
    slot               INTEGER NOT NULL DEFAULT 1,
    channel_id         BIGINT NOT NULL,
    puzzle_date        TEXT NOT NULL,
    state              TEXT NOT NULL
        CHECK (state IN ('reserved', 'open', 'scored', 'revealed', 'void')),
    pep                INTEGER NOT NULL,
    puzzle_id          TEXT NOT NULL,
    lesson_digest      TEXT NOT NULL REFERENCES lesson_versions (digest),
    true_option        INTEGER,
    option_count       INTEGER,
    stdout             TEXT,
    exception          TEXT,
    python             TEXT,
    reserved_at        BIGINT NOT NULL,
    message_id         BIGINT,
    opened_at          BIGINT,
    closes_at          BIGINT,
    reveal_message_id  BIGINT,
    attempts           INTEGER NOT NULL DEFAULT 0,
    retry_at           BIGINT,
    last_error         TEXT,
    is_excused         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (guild_id, slot, puzzle_date),
    CHECK (state IN ('reserved', 'void') OR (message_id IS NOT NULL AND true_option IS NOT NULL))
);

INSERT INTO rounds_new (id, guild_id, slot, channel_id, puzzle_date, state, pep, puzzle_id,
                        lesson_digest, true_option, option_count, stdout, exception, python,
                        reserved_at, message_id, opened_at, closes_at, reveal_message_id,
                        attempts, retry_at, last_error, is_excused)
SELECT id, guild_id, 1, channel_id, puzzle_date, state, pep, puzzle_id,
       lesson_digest, true_option, option_count, stdout, exception, python,
       reserved_at, message_id, opened_at, closes_at, reveal_message_id,
       attempts, retry_at, last_error, is_excused
FROM rounds;

CREATE TABLE starts_new (
    round_id    INTEGER NOT NULL REFERENCES rounds_new (id),
    player_id   BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    has_hint    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (round_id, player_id)
);

INSERT INTO starts_new (round_id, player_id, started_at, has_hint)
SELECT round_id, player_id, started_at, has_hint FROM starts;

CREATE TABLE guesses_new (
    round_id      INTEGER NOT NULL REFERENCES rounds_new (id),
    player_id     BIGINT NOT NULL,
    option_index  INTEGER NOT NULL,
    is_right      INTEGER NOT NULL,
    elapsed_ms    INTEGER NOT NULL,
    points        INTEGER NOT NULL,
    has_hint      INTEGER NOT NULL,
    guessed_at    BIGINT NOT NULL,
    PRIMARY KEY (round_id, player_id)
);

INSERT INTO guesses_new (round_id, player_id, option_index, is_right, elapsed_ms, points, has_hint,
                         guessed_at)
SELECT round_id, player_id, option_index, is_right, elapsed_ms, points, has_hint, guessed_at
FROM guesses;

CREATE TABLE shares_new (
    round_id   INTEGER NOT NULL REFERENCES rounds_new (id),
    player_id  BIGINT NOT NULL,
    shared_at  BIGINT NOT NULL,
    PRIMARY KEY (round_id, player_id)
);

INSERT INTO shares_new (round_id, player_id, shared_at)
SELECT round_id, player_id, shared_at FROM shares;

DROP TABLE shares;
DROP TABLE starts;
DROP TABLE guesses;
DROP TABLE rounds;
ALTER TABLE rounds_new RENAME TO rounds;
ALTER TABLE starts_new RENAME TO starts;
ALTER TABLE guesses_new RENAME TO guesses;
ALTER TABLE shares_new RENAME TO shares;

CREATE INDEX rounds_unfinished ON rounds (state, closes_at)
    WHERE state IN ('reserved', 'open', 'scored');
-- Streaks and boards go along a guild's dates, whichever schedule's.
CREATE INDEX rounds_by_date ON rounds (guild_id, puzzle_date);
CREATE INDEX starts_by_player ON starts (player_id, round_id);
CREATE INDEX guesses_by_points ON guesses (round_id, points);
CREATE INDEX guesses_by_player ON guesses (player_id, round_id);
CREATE INDEX shares_by_player ON shares (player_id);
