-- PEPs that a player missed, to come back spaced: a card a player and PEP, whichever server it was
-- missed in. Cards are made of wrong guesses as somebody asks for reviews, so that a guess costs
-- nothing more. due_at repeats what memory says, for the index.

CREATE TABLE reviews (
    player_id        BIGINT NOT NULL,
    pep              INTEGER NOT NULL,
    memory           TEXT NOT NULL,             -- the FSRS card as JSON
    due_at           BIGINT NOT NULL,
    seen_at          BIGINT NOT NULL,           -- the last miss or review
    puzzle_id        TEXT NOT NULL,             -- of that miss or review
    -- The last time it was handed out, by its date in UTC; the puzzle is NULL once it is answered.
    offered_date     TEXT,
    offer_puzzle_id  TEXT,
    offered_at       BIGINT,
    has_hint         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (player_id, pep)
);
CREATE INDEX reviews_by_due ON reviews (player_id, due_at);
