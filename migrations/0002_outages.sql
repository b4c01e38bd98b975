-- Stretches of time in which the bot answered nobody, and the rounds that are excused for them: a
-- member could not play, so the round breaks no streak. It counts like any other for who did play.

CREATE TABLE outages (
    began_at  BIGINT PRIMARY KEY,
    ended_at  BIGINT NOT NULL
);
CREATE INDEX outages_by_end ON outages (ended_at);

ALTER TABLE rounds ADD COLUMN is_excused INTEGER NOT NULL DEFAULT 0;
