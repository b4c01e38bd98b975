-- What moderators switch beside the schedule: a row an option that was changed. Rows by name, not
-- columns, so that a release's new option needs no migration and an old release passes it over.

CREATE TABLE guild_options (
    guild_id    BIGINT NOT NULL,
    name        TEXT NOT NULL,
    value       TEXT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (guild_id, name)
);
