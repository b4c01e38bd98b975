-- Rounds of a server's own lessons stay out of what servers have in common: the global board, first
-- answers and difficulties. Each guess there looks its round's lesson up.

CREATE INDEX own_lessons_by_digest ON own_lessons (guild_id, digest);
