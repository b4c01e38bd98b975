-- How many presses of Start may have shown the puzzle: each one less those of which Discord took no
-- answer, since it came too late. A clock that nobody saw start begins at the next press.

ALTER TABLE starts ADD COLUMN shown INTEGER NOT NULL DEFAULT 1;
