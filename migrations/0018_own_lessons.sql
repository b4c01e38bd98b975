-- Lessons that a server wrote itself: every version that was taken, the newest that is not retired
-- in use. The lesson itself is in lesson_versions, as those of rounds are; here is its file.

CREATE TABLE own_lessons (
    guild_id    BIGINT NOT NULL,
    pep         INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    digest      TEXT NOT NULL REFERENCES lesson_versions (digest),
    source      TEXT NOT NULL,
    author_id    BIGINT,
    added_at    BIGINT NOT NULL,
    retired_at  BIGINT,
    PRIMARY KEY (guild_id, pep, version)
);
