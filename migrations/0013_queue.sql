-- What moderators planned: a lesson for a date of a schedule, which is posted on the first of its
-- dates from then on; and lessons that were passed over, as if they had been posted on that date.

CREATE TABLE queue_entries (
    guild_id     BIGINT NOT NULL,
    slot         INTEGER NOT NULL,
    puzzle_date  TEXT NOT NULL,
    pep          INTEGER NOT NULL,
    PRIMARY KEY (guild_id, slot, puzzle_date)
);

CREATE TABLE skipped_lessons (
    guild_id      BIGINT NOT NULL,
    pep           INTEGER NOT NULL,
    skipped_date  TEXT NOT NULL,
    PRIMARY KEY (guild_id, pep)
);
