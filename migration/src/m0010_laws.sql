-- Citations and notes in Indonesian beside those in English; what an office wrote is in its own words.
ALTER TABLE policy ADD COLUMN law_id TEXT NOT NULL DEFAULT '';
ALTER TABLE policy ADD COLUMN note_id TEXT NOT NULL DEFAULT '';
ALTER TABLE warning_duty ADD COLUMN law_id TEXT NOT NULL DEFAULT '';
UPDATE policy SET law_id = law, note_id = note;
