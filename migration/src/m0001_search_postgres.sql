ALTER TABLE vacancy ADD COLUMN terms tsvector NOT NULL DEFAULT ''::tsvector;
CREATE INDEX vacancy_terms ON vacancy USING gin (terms) WITH (fastupdate = off);
