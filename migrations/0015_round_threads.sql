-- Whether a round's post began a thread: "Discuss" on a result leads there. Discord gives the thread
-- the id of its message. Rounds of before lead to their post, below which a thread is shown too.

ALTER TABLE rounds ADD COLUMN has_thread INTEGER NOT NULL DEFAULT 0;
