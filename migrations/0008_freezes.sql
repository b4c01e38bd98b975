-- Freezes: what a streak saved up to be kept over a missed date (seven days a freeze, two at most),
-- and each player's first date, for the board of newcomers. Both follow from the guesses; the next
-- start counts them for the streaks that are there.

ALTER TABLE streaks ADD COLUMN saved_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE streaks ADD COLUMN first_date TEXT NOT NULL DEFAULT '';

-- A member's own sums, to count them anew or forget them.
CREATE INDEX totals_by_player ON totals (player_id, guild_id);
-- The streaks that are alive, and the members who are new, without a look at the others.
CREATE INDEX streaks_by_last_date ON streaks (guild_id, last_date);
CREATE INDEX streaks_by_first_date ON streaks (guild_id, first_date);
