-- What members asked to be reminded of by direct message: one a member and guild. sent_date is
-- written before the message goes out, so that no crash and no second process sends it twice.

CREATE TABLE reminders (
    player_id       BIGINT NOT NULL,
    guild_id        BIGINT NOT NULL,
    language        TEXT NOT NULL,              -- Discord's locale, such as en-GB
    at_time         TEXT,                       -- local, HH:MM; or before_minutes is set
    time_zone       TEXT,                       -- an IANA name
    due_at          BIGINT,                     -- the next at_time
    before_minutes  INTEGER,                    -- before a round closes
    sent_date       TEXT,                       -- the puzzle date it came for last
    attempts        INTEGER NOT NULL DEFAULT 0, -- failed ones in a row
    closed_at       BIGINT,                     -- the inbox was closed: off, and to be told
    PRIMARY KEY (player_id, guild_id),
    CHECK ((at_time IS NULL) <> (before_minutes IS NULL))
);
CREATE INDEX reminders_by_due ON reminders (due_at);
CREATE INDEX reminders_by_guild ON reminders (guild_id);
