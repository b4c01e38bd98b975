-- Members' wishes to be forgotten, which wait for a grace in which they can be taken back; and the
-- guilds that the bot was removed from, whose rows are kept for a while in case it comes back.

CREATE TABLE deletion_requests (
    player_id  BIGINT PRIMARY KEY,
    due_at     BIGINT NOT NULL
);

CREATE TABLE guild_departures (
    guild_id  BIGINT PRIMARY KEY,
    left_at   BIGINT NOT NULL
);
