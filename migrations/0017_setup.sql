-- A moderator's set-up in hand, so that it goes on after a restart; the document is the bot's own
-- JSON. And the servers that were told once how to set the bot up.

CREATE TABLE setup_drafts (
    guild_id    BIGINT NOT NULL,
    player_id   BIGINT NOT NULL,
    slot        INTEGER NOT NULL,
    document    TEXT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (guild_id, player_id, slot)
);

CREATE TABLE guild_welcomes (
    guild_id     BIGINT PRIMARY KEY,
    welcomed_at  BIGINT NOT NULL
);
