-- What a post looks up of its server costs the same however many rounds the server has had: its
-- unfinished rounds were looked for among all of them, and each puzzle's last turn in whole rows.

CREATE INDEX rounds_live ON rounds (guild_id) WHERE state IN ('reserved', 'open', 'scored');
CREATE INDEX rounds_by_puzzle ON rounds (guild_id, pep, puzzle_id, puzzle_date, state);
