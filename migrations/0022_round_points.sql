-- How many guessed a round with how many points. A guess is told its rank among the round's players,
-- and to count them anew each time takes longer the more there are: measured, 0.1 ms a guess among a
-- thousand players, 1 ms among ten thousand. There are at most as many rows a round as kinds of points.

CREATE TABLE round_points (
    round_id  INTEGER NOT NULL REFERENCES rounds (id),
    points    INTEGER NOT NULL,
    guesses   INTEGER NOT NULL,
    PRIMARY KEY (round_id, points)
);

INSERT INTO round_points (round_id, points, guesses)
SELECT round_id, points, count(*) FROM guesses GROUP BY round_id, points;

DROP INDEX guesses_by_points;
