-- What schools report, and their own references of the records that they draft.
ALTER TABLE school ADD COLUMN heard_on DATE_;
CREATE TABLE school_report (
  id UUID_ PRIMARY KEY, school_id UUID_ NOT NULL REFERENCES school (id), from_month TEXT NOT NULL, until_month TEXT NOT NULL,
  registered_men INTEGER NOT NULL, registered_women INTEGER NOT NULL, placed_local_men INTEGER NOT NULL,
  placed_local_women INTEGER NOT NULL, placed_away_men INTEGER NOT NULL, placed_away_women INTEGER NOT NULL,
  vacancies INTEGER NOT NULL, note TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX school_report_month ON school_report (school_id, from_month);
CREATE INDEX school_report_newest ON school_report (school_id, id);

ALTER TABLE seeker ADD COLUMN reference TEXT;
-- What was taken back may be begun anew under its reference.
CREATE UNIQUE INDEX seeker_reference ON seeker (school_id, reference) WHERE reference IS NOT NULL AND status <> 'withdrawn';
