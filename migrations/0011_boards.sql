-- Boards beyond one server's points. All of it but who hides follows from the guesses; the next start
-- counts it for the guesses that are there.
--
-- The sums of the global board lie in totals, under guild 0: of each member's guesses on a date in the
-- servers that take part, the first one.

-- Members that no board shows to others, in any server.
CREATE TABLE hidden_players (
    player_id  BIGINT PRIMARY KEY,
    hidden_at  BIGINT NOT NULL
);

-- What members of other servers read on the global board: a mention shows nothing to who shares no
-- server. Kept for who is on that board, as it was at their last guess there.
CREATE TABLE board_names (
    player_id  BIGINT PRIMARY KEY,
    name       TEXT NOT NULL
);

-- Each member's first answer to each puzzle, wherever that was: for the records of a PEP, and for how
-- hard a puzzle is. Written as a round is scored, so that no guess waits for it.
CREATE TABLE first_answers (
    player_id   BIGINT NOT NULL,
    puzzle_id   TEXT NOT NULL,
    guild_id    BIGINT NOT NULL,
    round_id    INTEGER NOT NULL,
    pep         INTEGER NOT NULL,
    is_right    INTEGER NOT NULL,
    elapsed_ms  BIGINT NOT NULL,
    guessed_at  BIGINT NOT NULL,
    PRIMARY KEY (player_id, puzzle_id)
);
CREATE INDEX first_answers_right ON first_answers (guild_id, pep, player_id, elapsed_ms)
    WHERE is_right = 1;

-- How many first answers a puzzle had, and how many of them were right. It names nobody, and stays
-- when a member is forgotten.
CREATE TABLE puzzle_answers (
    puzzle_id    TEXT PRIMARY KEY,
    answers      INTEGER NOT NULL,
    right_count  INTEGER NOT NULL
);
