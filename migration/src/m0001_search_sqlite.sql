CREATE TABLE vacancy_search (number INTEGER PRIMARY KEY, vacancy_id BLOB NOT NULL UNIQUE, terms TEXT NOT NULL);
CREATE VIRTUAL TABLE vacancy_fts USING fts5 (terms, content = 'vacancy_search', content_rowid = 'number', tokenize = 'unicode61', detail = none);
CREATE TRIGGER vacancy_search_insert AFTER INSERT ON vacancy_search BEGIN
  INSERT INTO vacancy_fts (rowid, terms) VALUES (new.number, new.terms);
END;
CREATE TRIGGER vacancy_search_delete AFTER DELETE ON vacancy_search BEGIN
  INSERT INTO vacancy_fts (vacancy_fts, rowid, terms) VALUES ('delete', old.number, old.terms);
END;
CREATE TRIGGER vacancy_search_update AFTER UPDATE OF terms ON vacancy_search BEGIN
  INSERT INTO vacancy_fts (vacancy_fts, rowid, terms) VALUES ('delete', old.number, old.terms);
  INSERT INTO vacancy_fts (rowid, terms) VALUES (new.number, new.terms);
END;
