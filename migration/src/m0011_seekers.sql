-- Schools with a job office, and job seekers.
CREATE TABLE school (
  id UUID_ PRIMARY KEY, npsn TEXT NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, region CODE_ NOT NULL REFERENCES region (code),
  address TEXT NOT NULL, contact_name TEXT NOT NULL, contact_email TEXT NOT NULL, contact_phone TEXT, decree TEXT NOT NULL,
  licence TEXT NOT NULL, office CODE_ NOT NULL REFERENCES office (code), status TEXT NOT NULL, number CODE_, status_reason TEXT,
  decided_at TIME_, decided_by TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX school_npsn ON school (npsn);
CREATE UNIQUE INDEX school_number ON school (number);
CREATE INDEX school_office ON school (office, id);

CREATE TABLE seeker (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), status TEXT NOT NULL, source TEXT NOT NULL,
  school_id UUID_ REFERENCES school (id), name TEXT NOT NULL, nik_index BYTES_ NOT NULL, nik_masked TEXT NOT NULL, birth_on DATE_,
  sex TEXT, region CODE_ REFERENCES region (code), education CODE_, occupation CODE_, consents TEXT NOT NULL,
  content_sealed BYTES_ NOT NULL, return_reasons TEXT, overrides TEXT NOT NULL, removal_reason TEXT, status_reason TEXT,
  merged_into UUID_ REFERENCES seeker (id), submitted_at TIME_, registered_at TIME_, decided_at TIME_, decided_by TEXT,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
-- The register: a person stands in it once, whatever was drafted.
CREATE UNIQUE INDEX seeker_register ON seeker (nik_index) WHERE status IN ('registered', 'placed', 'removed');
CREATE INDEX seeker_office ON seeker (office, id);
CREATE INDEX seeker_status ON seeker (office, status, id);
CREATE INDEX seeker_school ON seeker (school_id, id);
CREATE INDEX seeker_waits ON seeker (office, submitted_at, id) WHERE status = 'submitted';

ALTER TABLE access_grant ADD COLUMN school_id UUID_;
ALTER TABLE access_grant ADD COLUMN seeker_id UUID_;
CREATE INDEX access_grant_school ON access_grant (school_id, id);
CREATE INDEX access_grant_seeker ON access_grant (seeker_id, id);
ALTER TABLE invitation ADD COLUMN school_id UUID_;
ALTER TABLE invitation ADD COLUMN seeker_id UUID_;
