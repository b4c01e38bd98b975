-- The first schema: settings of guilds, their rounds, starts and guesses, and what is summed from them.
--
-- Instants (columns in _at) are whole milliseconds since 1970-01-01 UTC, the resolution of Discord's
-- own snowflakes. Dates (in _date) are ISO 8601 text of the guild's wall calendar. Durations are in
-- _ms. Flags (is_, has_) are 0 or 1. Ids of guilds, channels, messages and users are Discord's.

-- One row a guild that was set up. next_post_at repeats what the schedule says, so that a tick reads
-- only the guilds that may be due; it is recomputed whenever the settings change and at every start.
CREATE TABLE guilds (
    guild_id      BIGINT PRIMARY KEY,
    channel_id    BIGINT NOT NULL,
    post_time     TEXT NOT NULL,                -- local, HH:MM
    time_zone     TEXT NOT NULL,                -- an IANA name
    weekdays      TEXT NOT NULL,                -- digits, Monday = 0: 01234 is Monday to Friday
    open_minutes  INTEGER,                      -- NULL: until the next round is posted
    is_paused     INTEGER NOT NULL DEFAULT 0,
    effective_at  BIGINT NOT NULL,              -- posts due before it are not owed
    next_post_at  BIGINT,                       -- NULL: none
    code_view     TEXT NOT NULL DEFAULT 'picture'   -- how posts show code
        CHECK (code_view IN ('picture', 'text')),
    updated_at    BIGINT NOT NULL
);
CREATE INDEX guilds_by_next_post ON guilds (next_post_at);

-- The exact lessons that rounds were posted with: an edited file does not change an open round.
CREATE TABLE lesson_versions (
    digest    TEXT PRIMARY KEY,
    pep       INTEGER NOT NULL,
    document  TEXT NOT NULL
);

-- One row a guild and puzzle date. The unique constraint is the referee of posting: whoever inserts
-- the row owns the post. A void round keeps its row, and with it its date.
CREATE TABLE rounds (
    id                 INTEGER PRIMARY KEY,
    guild_id           BIGINT NOT NULL,
    channel_id         BIGINT NOT NULL,
    puzzle_date        TEXT NOT NULL,
    state              TEXT NOT NULL
        CHECK (state IN ('reserved', 'open', 'scored', 'revealed', 'void')),
    pep                INTEGER NOT NULL,
    puzzle_id          TEXT NOT NULL,
    lesson_digest      TEXT NOT NULL REFERENCES lesson_versions (digest),
    -- What the puzzle did when it ran for this round; NULL until it did.
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
    -- After a failure at Discord: how many there were in a row, when to try again, what failed.
    attempts           INTEGER NOT NULL DEFAULT 0,
    retry_at           BIGINT,
    last_error         TEXT,
    UNIQUE (guild_id, puzzle_date),
    CHECK (state IN ('reserved', 'void') OR (message_id IS NOT NULL AND true_option IS NOT NULL))
);
-- A tick looks for unfinished rounds only; they are few among all there ever were.
CREATE INDEX rounds_unfinished ON rounds (state, closes_at)
    WHERE state IN ('reserved', 'open', 'scored');

-- The press that began a player's clock; the first one counts.
CREATE TABLE starts (
    round_id    INTEGER NOT NULL REFERENCES rounds (id),
    player_id   BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    has_hint    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (round_id, player_id)
);
CREATE INDEX starts_by_player ON starts (player_id, round_id);

-- The one, final answer of a player; the primary key refuses a second. option_index counts in the
-- lesson's own order, not in the order that the member saw.
CREATE TABLE guesses (
    round_id      INTEGER NOT NULL REFERENCES rounds (id),
    player_id     BIGINT NOT NULL,
    option_index  INTEGER NOT NULL,
    is_right      INTEGER NOT NULL,
    elapsed_ms    INTEGER NOT NULL,
    points        INTEGER NOT NULL,
    has_hint      INTEGER NOT NULL,
    guessed_at    BIGINT NOT NULL,
    PRIMARY KEY (round_id, player_id)
);
CREATE INDEX guesses_by_points ON guesses (round_id, points);
CREATE INDEX guesses_by_player ON guesses (player_id, round_id);

-- Sums over guesses, kept in the transaction of each guess, one row a window that the round's date
-- lies in. They can be rebuilt from the guesses; a leaderboard reads nothing else.
CREATE TABLE totals (
    guild_id    BIGINT NOT NULL,
    time_window TEXT NOT NULL,                  -- today, week, month, year, all
    window_key  TEXT NOT NULL,                  -- 2026-11-22, 2026-W47, 2026-11, 2026, all
    player_id   BIGINT NOT NULL,
    points      INTEGER NOT NULL,
    guesses     INTEGER NOT NULL,
    right_count INTEGER NOT NULL,
    elapsed_ms  BIGINT NOT NULL,                -- of the right guesses
    PRIMARY KEY (guild_id, time_window, window_key, player_id)
);
CREATE INDEX totals_by_points ON totals (guild_id, time_window, window_key, points DESC);

-- The streak up to each player's last guess; whether it still lives depends on the rounds since.
CREATE TABLE streaks (
    guild_id   BIGINT NOT NULL,
    player_id  BIGINT NOT NULL,
    length     INTEGER NOT NULL,
    best       INTEGER NOT NULL,
    last_date  TEXT NOT NULL,
    PRIMARY KEY (guild_id, player_id)
);

-- Puzzles whose run agreed with none of their options. A corrected lesson has another digest.
CREATE TABLE puzzles_set_aside (
    puzzle_id      TEXT NOT NULL,
    lesson_digest  TEXT NOT NULL,
    reason         TEXT NOT NULL,
    set_aside_at   BIGINT NOT NULL,
    PRIMARY KEY (puzzle_id, lesson_digest)
);

-- What the bot knows about itself, such as the digest of the commands it last told Discord.
CREATE TABLE bot_state (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
);
