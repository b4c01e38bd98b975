-- Several processes on one database, each with some of the shards. An outage is now one shard's: a
-- silence of its process excuses the rounds of its servers, and no others. What there was is of a
-- bot with one connection, which is shard 0 of 1.

CREATE TABLE shard_outages (
    shard_count  INTEGER NOT NULL,
    shard        INTEGER NOT NULL,
    began_at     BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    PRIMARY KEY (shard_count, shard, began_at)
);
CREATE INDEX shard_outages_by_end ON shard_outages (ended_at);

INSERT INTO shard_outages (shard_count, shard, began_at, ended_at)
SELECT 1, 0, began_at, ended_at FROM outages;

DROP TABLE outages;

-- What all processes together may do only so often, such as an IDENTIFY: when the next one may.
CREATE TABLE turns (
    name     TEXT PRIMARY KEY,
    next_at  BIGINT NOT NULL
);
