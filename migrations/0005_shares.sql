-- A player's shared result: once a round and player, whichever process is asked and however often.
-- The row is written before the message and taken back where Discord refused it.

CREATE TABLE shares (
    round_id   INTEGER NOT NULL REFERENCES rounds (id),
    player_id  BIGINT NOT NULL,
    shared_at  BIGINT NOT NULL,
    PRIMARY KEY (round_id, player_id)
);
CREATE INDEX shares_by_player ON shares (player_id);
