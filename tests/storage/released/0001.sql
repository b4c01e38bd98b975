BEGIN TRANSACTION;
CREATE TABLE bot_state (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
);
CREATE TABLE guesses (
    round_id      INTEGER NOT NULL REFERENCES rounds (id),
    player_id     BIGINT NOT NULL,
    option_index  INTEGER NOT NULL,
    is_right      INTEGER NOT NULL,
    elapsed_ms    INTEGER NOT NULL,
    points        INTEGER NOT NULL,
    has_hint      INTEGER NOT NULL,
    guessed_at    BIGINT NOT NULL,
    PRIMARY KEY (round_id, player_id)
);
INSERT INTO "guesses" VALUES(1,901,1,1,4000,170,1,1772452804000);
INSERT INTO "guesses" VALUES(1,902,1,1,7000,192,0,1772452807000);
INSERT INTO "guesses" VALUES(1,903,0,0,10000,0,1,1772452810000);
INSERT INTO "guesses" VALUES(1,904,1,1,13000,185,0,1772452813000);
INSERT INTO "guesses" VALUES(2,901,1,1,4000,170,1,1772452804000);
INSERT INTO "guesses" VALUES(2,902,2,0,7000,0,0,1772452807000);
INSERT INTO "guesses" VALUES(2,903,1,1,10000,163,1,1772452810000);
INSERT INTO "guesses" VALUES(2,904,1,1,13000,185,0,1772452813000);
INSERT INTO "guesses" VALUES(3,901,1,1,5000,194,0,1772539205000);
INSERT INTO "guesses" VALUES(3,902,0,0,8000,0,1,1772539208000);
INSERT INTO "guesses" VALUES(3,903,1,1,11000,187,0,1772539211000);
INSERT INTO "guesses" VALUES(3,904,0,0,14000,0,1,1772539214000);
INSERT INTO "guesses" VALUES(4,901,1,1,5000,194,0,1772539205000);
INSERT INTO "guesses" VALUES(4,902,1,1,8000,166,1,1772539208000);
INSERT INTO "guesses" VALUES(4,903,1,1,11000,187,0,1772539211000);
INSERT INTO "guesses" VALUES(4,904,0,0,14000,0,1,1772539214000);
INSERT INTO "guesses" VALUES(5,901,2,0,6000,0,1,1772625606000);
INSERT INTO "guesses" VALUES(5,902,2,0,9000,0,0,1772625609000);
INSERT INTO "guesses" VALUES(5,903,0,0,12000,0,1,1772625612000);
INSERT INTO "guesses" VALUES(6,901,2,0,6000,0,1,1772625606000);
INSERT INTO "guesses" VALUES(6,902,2,0,9000,0,0,1772625609000);
INSERT INTO "guesses" VALUES(6,903,1,1,12000,161,1,1772625612000);
INSERT INTO "guesses" VALUES(9,901,1,1,8000,166,1,1772798408000);
INSERT INTO "guesses" VALUES(9,902,2,0,11000,0,0,1772798411000);
INSERT INTO "guesses" VALUES(10,901,0,0,8000,0,1,1772798408000);
INSERT INTO "guesses" VALUES(10,902,2,0,11000,0,0,1772798411000);
INSERT INTO "guesses" VALUES(11,901,1,1,9000,190,0,1772884809000);
INSERT INTO "guesses" VALUES(11,902,2,0,12000,0,1,1772884812000);
INSERT INTO "guesses" VALUES(12,901,0,0,9000,0,0,1772884809000);
INSERT INTO "guesses" VALUES(12,902,2,0,12000,0,1,1772884812000);
CREATE TABLE guilds (
    guild_id      BIGINT PRIMARY KEY,
    channel_id    BIGINT NOT NULL,
    post_time     TEXT NOT NULL,                -- local, HH:MM
    time_zone     TEXT NOT NULL,                -- an IANA name
    weekdays      TEXT NOT NULL,                -- digits, Monday = 0: 01234 is Monday to Friday
    open_minutes  INTEGER,                      -- NULL: until the next round is posted
    is_paused     INTEGER NOT NULL DEFAULT 0,
    effective_at  BIGINT NOT NULL,              -- posts due before it are not owed
    next_post_at  BIGINT,                       -- NULL: none
    code_view     TEXT NOT NULL DEFAULT 'picture'   -- how posts show code
        CHECK (code_view IN ('picture', 'text')),
    updated_at    BIGINT NOT NULL
);
INSERT INTO "guilds" VALUES(7000000000000000001,7000000000000000002,'09:00','UTC','0123456',NULL,0,1772434800000,1772960400000,'picture',1772434800000);
INSERT INTO "guilds" VALUES(7000000000000000002,7000000000000000003,'09:00','Europe/Berlin','0123456',NULL,0,1772434800000,1772956800000,'picture',1772434800000);
CREATE TABLE lesson_versions (
    digest    TEXT PRIMARY KEY,
    pep       INTEGER NOT NULL,
    document  TEXT NOT NULL
);
INSERT INTO "lesson_versions" VALUES('digest-8',8,'{"after": {"code": "print(2 + 2)\n", "fails_after": null, "label": "After it", "needs": [], "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdout": "4\n", "warns": null, "works_below": null}, "before": {"code": "print(4)\n", "fails_after": null, "label": "Before it", "needs": [], "python": {"max": null, "min": {"major": 3, "minor": 0}}, "stdout": "4\n", "warns": null, "works_below": null}, "category": "syntax", "digest": "digest-8", "level": "beginner", "pep": 8, "prose": ["First it was so.", "Then it was other."], "puzzles": [{"code": "print(''8-one'')\n", "difficulty": 2, "explanation": "Two and two are four.", "hint": "Count.", "id": "8-one", "needs": [], "options": [{"misconception": "off-by-one", "raises": null, "stdout": "3\n", "why": "Off by one."}, {"misconception": null, "raises": null, "stdout": "4\n", "why": "So it is."}, {"misconception": "an-error", "raises": "TypeError", "stdout": null, "why": "It is no error."}], "prompt": "What does it print?", "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdin": "", "version_twist": null, "warns": null, "works_below": null}, {"code": "print(''8-two'')\n", "difficulty": 2, "explanation": "Two and two are four.", "hint": "Count.", "id": "8-two", "needs": [], "options": [{"misconception": "off-by-one", "raises": null, "stdout": "3\n", "why": "Off by one."}, {"misconception": null, "raises": null, "stdout": "4\n", "why": "So it is."}, {"misconception": "an-error", "raises": "TypeError", "stdout": null, "why": "It is no error."}], "prompt": "What does it print?", "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdin": "", "version_twist": null, "warns": null, "works_below": null}], "python": {"major": 3, "minor": 8}, "related": [{"hook": "The next one.", "pep": 9}, {"hook": "And the next.", "pep": 10}], "same_output": null, "sources": [{"title": "PEP 8", "url": "https://peps.python.org/pep-0008/"}], "status": "Final", "superseded_by": null, "tagline": "Short and true.", "tags": ["names"], "title": "The lesson on 8", "track": {"title": "A tutorial", "url": "https://docs.python.org/3/tutorial/"}, "year": 2019}');
INSERT INTO "lesson_versions" VALUES('digest-20',20,'{"after": {"code": "print(2 + 2)\n", "fails_after": null, "label": "After it", "needs": [], "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdout": "4\n", "warns": null, "works_below": null}, "before": {"code": "print(4)\n", "fails_after": null, "label": "Before it", "needs": [], "python": {"max": null, "min": {"major": 3, "minor": 0}}, "stdout": "4\n", "warns": null, "works_below": null}, "category": "syntax", "digest": "digest-20", "level": "beginner", "pep": 20, "prose": ["First it was so.", "Then it was other."], "puzzles": [{"code": "print(''20-one'')\n", "difficulty": 2, "explanation": "Two and two are four.", "hint": "Count.", "id": "20-one", "needs": [], "options": [{"misconception": "off-by-one", "raises": null, "stdout": "3\n", "why": "Off by one."}, {"misconception": null, "raises": null, "stdout": "4\n", "why": "So it is."}, {"misconception": "an-error", "raises": "TypeError", "stdout": null, "why": "It is no error."}], "prompt": "What does it print?", "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdin": "", "version_twist": null, "warns": null, "works_below": null}, {"code": "print(''20-two'')\n", "difficulty": 2, "explanation": "Two and two are four.", "hint": "Count.", "id": "20-two", "needs": [], "options": [{"misconception": "off-by-one", "raises": null, "stdout": "3\n", "why": "Off by one."}, {"misconception": null, "raises": null, "stdout": "4\n", "why": "So it is."}, {"misconception": "an-error", "raises": "TypeError", "stdout": null, "why": "It is no error."}], "prompt": "What does it print?", "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdin": "", "version_twist": null, "warns": null, "works_below": null}], "python": {"major": 3, "minor": 8}, "related": [{"hook": "The next one.", "pep": 21}, {"hook": "And the next.", "pep": 22}], "same_output": null, "sources": [{"title": "PEP 20", "url": "https://peps.python.org/pep-0020/"}], "status": "Final", "superseded_by": null, "tagline": "Short and true.", "tags": ["names"], "title": "The lesson on 20", "track": {"title": "A tutorial", "url": "https://docs.python.org/3/tutorial/"}, "year": 2019}');
INSERT INTO "lesson_versions" VALUES('digest-484',484,'{"after": {"code": "print(2 + 2)\n", "fails_after": null, "label": "After it", "needs": [], "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdout": "4\n", "warns": null, "works_below": null}, "before": {"code": "print(4)\n", "fails_after": null, "label": "Before it", "needs": [], "python": {"max": null, "min": {"major": 3, "minor": 0}}, "stdout": "4\n", "warns": null, "works_below": null}, "category": "syntax", "digest": "digest-484", "level": "beginner", "pep": 484, "prose": ["First it was so.", "Then it was other."], "puzzles": [{"code": "print(''484-one'')\n", "difficulty": 2, "explanation": "Two and two are four.", "hint": "Count.", "id": "484-one", "needs": [], "options": [{"misconception": "off-by-one", "raises": null, "stdout": "3\n", "why": "Off by one."}, {"misconception": null, "raises": null, "stdout": "4\n", "why": "So it is."}, {"misconception": "an-error", "raises": "TypeError", "stdout": null, "why": "It is no error."}], "prompt": "What does it print?", "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdin": "", "version_twist": null, "warns": null, "works_below": null}, {"code": "print(''484-two'')\n", "difficulty": 2, "explanation": "Two and two are four.", "hint": "Count.", "id": "484-two", "needs": [], "options": [{"misconception": "off-by-one", "raises": null, "stdout": "3\n", "why": "Off by one."}, {"misconception": null, "raises": null, "stdout": "4\n", "why": "So it is."}, {"misconception": "an-error", "raises": "TypeError", "stdout": null, "why": "It is no error."}], "prompt": "What does it print?", "python": {"max": null, "min": {"major": 3, "minor": 8}}, "stdin": "", "version_twist": null, "warns": null, "works_below": null}], "python": {"major": 3, "minor": 8}, "related": [{"hook": "The next one.", "pep": 485}, {"hook": "And the next.", "pep": 486}], "same_output": null, "sources": [{"title": "PEP 484", "url": "https://peps.python.org/pep-0484/"}], "status": "Final", "superseded_by": null, "tagline": "Short and true.", "tags": ["names"], "title": "The lesson on 484", "track": {"title": "A tutorial", "url": "https://docs.python.org/3/tutorial/"}, "year": 2019}');
CREATE TABLE puzzles_set_aside (
    puzzle_id      TEXT NOT NULL,
    lesson_digest  TEXT NOT NULL,
    reason         TEXT NOT NULL,
    set_aside_at   BIGINT NOT NULL,
    PRIMARY KEY (puzzle_id, lesson_digest)
);
CREATE TABLE rounds (
    id                 INTEGER PRIMARY KEY,
    guild_id           BIGINT NOT NULL,
    channel_id         BIGINT NOT NULL,
    puzzle_date        TEXT NOT NULL,
    state              TEXT NOT NULL
        CHECK (state IN ('reserved', 'open', 'scored', 'revealed', 'void')),
    pep                INTEGER NOT NULL,
    puzzle_id          TEXT NOT NULL,
    lesson_digest      TEXT NOT NULL REFERENCES lesson_versions (digest),
    -- What the puzzle did when it ran for this round; NULL until it did.
    true_option        INTEGER,
    option_count       INTEGER,
    stdout             TEXT,
    exception          TEXT,
    python             TEXT,
    reserved_at        BIGINT NOT NULL,
    message_id         BIGINT,
    opened_at          BIGINT,
    closes_at          BIGINT,
    reveal_message_id  BIGINT,
    -- After a failure at Discord: how many there were in a row, when to try again, what failed.
    attempts           INTEGER NOT NULL DEFAULT 0,
    retry_at           BIGINT,
    last_error         TEXT,
    UNIQUE (guild_id, puzzle_date),
    CHECK (state IN ('reserved', 'void') OR (message_id IS NOT NULL AND true_option IS NOT NULL))
);
INSERT INTO "rounds" VALUES(1,7000000000000000001,7000000000000000002,'2026-03-02','revealed',8,'8-one','digest-8',1,3,'4
',NULL,'3.13',1772442000000,901,1772442000000,1772528400000,903,0,NULL,NULL);
INSERT INTO "rounds" VALUES(2,7000000000000000002,7000000000000000003,'2026-03-02','revealed',20,'20-one','digest-20',1,3,'4
',NULL,'3.13',1772442000000,902,1772442000000,1772524800000,905,0,NULL,NULL);
INSERT INTO "rounds" VALUES(3,7000000000000000001,7000000000000000002,'2026-03-03','revealed',484,'484-one','digest-484',1,3,'4
',NULL,'3.13',1772528400000,904,1772528400000,1772614800000,907,0,NULL,NULL);
INSERT INTO "rounds" VALUES(4,7000000000000000002,7000000000000000003,'2026-03-03','revealed',8,'8-one','digest-8',1,3,'4
',NULL,'3.13',1772528400000,906,1772528400000,1772611200000,909,0,NULL,NULL);
INSERT INTO "rounds" VALUES(5,7000000000000000001,7000000000000000002,'2026-03-04','revealed',20,'20-one','digest-20',1,3,'4
',NULL,'3.13',1772614800000,908,1772614800000,1772701200000,911,0,NULL,NULL);
INSERT INTO "rounds" VALUES(6,7000000000000000002,7000000000000000003,'2026-03-04','revealed',484,'484-one','digest-484',1,3,'4
',NULL,'3.13',1772614800000,910,1772614800000,1772697600000,913,0,NULL,NULL);
INSERT INTO "rounds" VALUES(7,7000000000000000001,7000000000000000002,'2026-03-05','revealed',8,'8-two','digest-8',1,3,'4
',NULL,'3.13',1772701200000,912,1772701200000,1772787600000,915,0,NULL,NULL);
INSERT INTO "rounds" VALUES(8,7000000000000000002,7000000000000000003,'2026-03-05','revealed',20,'20-two','digest-20',1,3,'4
',NULL,'3.13',1772701200000,914,1772701200000,1772784000000,917,0,NULL,NULL);
INSERT INTO "rounds" VALUES(9,7000000000000000001,7000000000000000002,'2026-03-06','revealed',484,'484-two','digest-484',1,3,'4
',NULL,'3.13',1772787600000,916,1772787600000,1772874000000,919,0,NULL,NULL);
INSERT INTO "rounds" VALUES(10,7000000000000000002,7000000000000000003,'2026-03-06','revealed',8,'8-two','digest-8',1,3,'4
',NULL,'3.13',1772787600000,918,1772787600000,1772870400000,921,0,NULL,NULL);
INSERT INTO "rounds" VALUES(11,7000000000000000001,7000000000000000002,'2026-03-07','open',20,'20-two','digest-20',1,3,'4
',NULL,'3.13',1772874000000,920,1772874000000,1772960400000,NULL,0,NULL,NULL);
INSERT INTO "rounds" VALUES(12,7000000000000000002,7000000000000000003,'2026-03-07','open',484,'484-two','digest-484',1,3,'4
',NULL,'3.13',1772874000000,922,1772874000000,1772956800000,NULL,0,NULL,NULL);
CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);
INSERT INTO "schema_versions" VALUES(1,'0001_initial',1772434800000);
CREATE TABLE starts (
    round_id    INTEGER NOT NULL REFERENCES rounds (id),
    player_id   BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    has_hint    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (round_id, player_id)
);
INSERT INTO "starts" VALUES(1,901,1772452800000,1);
INSERT INTO "starts" VALUES(1,902,1772452800000,0);
INSERT INTO "starts" VALUES(1,903,1772452800000,1);
INSERT INTO "starts" VALUES(1,904,1772452800000,0);
INSERT INTO "starts" VALUES(2,901,1772452800000,1);
INSERT INTO "starts" VALUES(2,902,1772452800000,0);
INSERT INTO "starts" VALUES(2,903,1772452800000,1);
INSERT INTO "starts" VALUES(2,904,1772452800000,0);
INSERT INTO "starts" VALUES(3,901,1772539200000,0);
INSERT INTO "starts" VALUES(3,902,1772539200000,1);
INSERT INTO "starts" VALUES(3,903,1772539200000,0);
INSERT INTO "starts" VALUES(3,904,1772539200000,1);
INSERT INTO "starts" VALUES(4,901,1772539200000,0);
INSERT INTO "starts" VALUES(4,902,1772539200000,1);
INSERT INTO "starts" VALUES(4,903,1772539200000,0);
INSERT INTO "starts" VALUES(4,904,1772539200000,1);
INSERT INTO "starts" VALUES(5,901,1772625600000,1);
INSERT INTO "starts" VALUES(5,902,1772625600000,0);
INSERT INTO "starts" VALUES(5,903,1772625600000,1);
INSERT INTO "starts" VALUES(6,901,1772625600000,1);
INSERT INTO "starts" VALUES(6,902,1772625600000,0);
INSERT INTO "starts" VALUES(6,903,1772625600000,1);
INSERT INTO "starts" VALUES(9,901,1772798400000,1);
INSERT INTO "starts" VALUES(9,902,1772798400000,0);
INSERT INTO "starts" VALUES(10,901,1772798400000,1);
INSERT INTO "starts" VALUES(10,902,1772798400000,0);
INSERT INTO "starts" VALUES(11,901,1772884800000,0);
INSERT INTO "starts" VALUES(11,902,1772884800000,1);
INSERT INTO "starts" VALUES(12,901,1772884800000,0);
INSERT INTO "starts" VALUES(12,902,1772884800000,1);
CREATE TABLE streaks (
    guild_id   BIGINT NOT NULL,
    player_id  BIGINT NOT NULL,
    length     INTEGER NOT NULL,
    best       INTEGER NOT NULL,
    last_date  TEXT NOT NULL,
    PRIMARY KEY (guild_id, player_id)
);
INSERT INTO "streaks" VALUES(7000000000000000001,901,2,3,'2026-03-07');
INSERT INTO "streaks" VALUES(7000000000000000001,902,2,3,'2026-03-07');
INSERT INTO "streaks" VALUES(7000000000000000001,903,3,3,'2026-03-04');
INSERT INTO "streaks" VALUES(7000000000000000001,904,2,2,'2026-03-03');
INSERT INTO "streaks" VALUES(7000000000000000002,901,2,3,'2026-03-07');
INSERT INTO "streaks" VALUES(7000000000000000002,902,2,3,'2026-03-07');
INSERT INTO "streaks" VALUES(7000000000000000002,903,3,3,'2026-03-04');
INSERT INTO "streaks" VALUES(7000000000000000002,904,2,2,'2026-03-03');
CREATE TABLE totals (
    guild_id    BIGINT NOT NULL,
    time_window TEXT NOT NULL,                  -- today, week, month, year, all
    window_key  TEXT NOT NULL,                  -- 2026-11-22, 2026-W47, 2026-11, 2026, all
    player_id   BIGINT NOT NULL,
    points      INTEGER NOT NULL,
    guesses     INTEGER NOT NULL,
    right_count INTEGER NOT NULL,
    elapsed_ms  BIGINT NOT NULL,                -- of the right guesses
    PRIMARY KEY (guild_id, time_window, window_key, player_id)
);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-02',901,170,1,1,4000);
INSERT INTO "totals" VALUES(7000000000000000001,'week','2026-W10',901,720,5,4,26000);
INSERT INTO "totals" VALUES(7000000000000000001,'month','2026-03',901,720,5,4,26000);
INSERT INTO "totals" VALUES(7000000000000000001,'year','2026',901,720,5,4,26000);
INSERT INTO "totals" VALUES(7000000000000000001,'all','all',901,720,5,4,26000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-02',902,192,1,1,7000);
INSERT INTO "totals" VALUES(7000000000000000001,'week','2026-W10',902,192,5,1,7000);
INSERT INTO "totals" VALUES(7000000000000000001,'month','2026-03',902,192,5,1,7000);
INSERT INTO "totals" VALUES(7000000000000000001,'year','2026',902,192,5,1,7000);
INSERT INTO "totals" VALUES(7000000000000000001,'all','all',902,192,5,1,7000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-02',903,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000001,'week','2026-W10',903,187,3,1,11000);
INSERT INTO "totals" VALUES(7000000000000000001,'month','2026-03',903,187,3,1,11000);
INSERT INTO "totals" VALUES(7000000000000000001,'year','2026',903,187,3,1,11000);
INSERT INTO "totals" VALUES(7000000000000000001,'all','all',903,187,3,1,11000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-02',904,185,1,1,13000);
INSERT INTO "totals" VALUES(7000000000000000001,'week','2026-W10',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000001,'month','2026-03',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000001,'year','2026',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000001,'all','all',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-02',901,170,1,1,4000);
INSERT INTO "totals" VALUES(7000000000000000002,'week','2026-W10',901,364,5,2,9000);
INSERT INTO "totals" VALUES(7000000000000000002,'month','2026-03',901,364,5,2,9000);
INSERT INTO "totals" VALUES(7000000000000000002,'year','2026',901,364,5,2,9000);
INSERT INTO "totals" VALUES(7000000000000000002,'all','all',901,364,5,2,9000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-02',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'week','2026-W10',902,166,5,1,8000);
INSERT INTO "totals" VALUES(7000000000000000002,'month','2026-03',902,166,5,1,8000);
INSERT INTO "totals" VALUES(7000000000000000002,'year','2026',902,166,5,1,8000);
INSERT INTO "totals" VALUES(7000000000000000002,'all','all',902,166,5,1,8000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-02',903,163,1,1,10000);
INSERT INTO "totals" VALUES(7000000000000000002,'week','2026-W10',903,511,3,3,33000);
INSERT INTO "totals" VALUES(7000000000000000002,'month','2026-03',903,511,3,3,33000);
INSERT INTO "totals" VALUES(7000000000000000002,'year','2026',903,511,3,3,33000);
INSERT INTO "totals" VALUES(7000000000000000002,'all','all',903,511,3,3,33000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-02',904,185,1,1,13000);
INSERT INTO "totals" VALUES(7000000000000000002,'week','2026-W10',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000002,'month','2026-03',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000002,'year','2026',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000002,'all','all',904,185,2,1,13000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-03',901,194,1,1,5000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-03',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-03',903,187,1,1,11000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-03',904,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-03',901,194,1,1,5000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-03',902,166,1,1,8000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-03',903,187,1,1,11000);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-03',904,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-04',901,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-04',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-04',903,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-04',901,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-04',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-04',903,161,1,1,12000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-06',901,166,1,1,8000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-06',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-06',901,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-06',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-07',901,190,1,1,9000);
INSERT INTO "totals" VALUES(7000000000000000001,'today','2026-03-07',902,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-07',901,0,1,0,0);
INSERT INTO "totals" VALUES(7000000000000000002,'today','2026-03-07',902,0,1,0,0);
CREATE INDEX guilds_by_next_post ON guilds (next_post_at);
CREATE INDEX rounds_unfinished ON rounds (state, closes_at)
    WHERE state IN ('reserved', 'open', 'scored');
CREATE INDEX starts_by_player ON starts (player_id, round_id);
CREATE INDEX guesses_by_points ON guesses (round_id, points);
CREATE INDEX guesses_by_player ON guesses (player_id, round_id);
CREATE INDEX totals_by_points ON totals (guild_id, time_window, window_key, points DESC);
COMMIT;
