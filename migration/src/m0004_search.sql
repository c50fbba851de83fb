-- Groups of names that mean the same; office: who wrote it, empty for those that came with the service.
CREATE TABLE synonym (id UUID_ PRIMARY KEY, terms CODE_ NOT NULL, office CODE_ NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX synonym_terms ON synonym (terms);
-- The words of vacancies: what a mistyped word may have been.
CREATE TABLE lexicon (term CODE_ PRIMARY KEY, initial CODE_ NOT NULL, length INTEGER NOT NULL);
CREATE INDEX lexicon_near ON lexicon (initial, length, term);
