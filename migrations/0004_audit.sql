-- Every moderator's action: who, what, when, before and after. actor_id is NULL where the owner did
-- it on the command line, or where a member who did it has since had their data deleted.

CREATE TABLE audit_entries (
    id        INTEGER PRIMARY KEY,
    guild_id  BIGINT NOT NULL,
    actor_id  BIGINT,
    deed      TEXT NOT NULL,
    subject   TEXT,
    before    TEXT,
    after     TEXT,
    done_at   BIGINT NOT NULL
);
CREATE INDEX audit_entries_by_guild ON audit_entries (guild_id, id);
