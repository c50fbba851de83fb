-- Mediation of industrial disputes: cases, their sides, hearings, documents and notes; and who is a party by a grant.
CREATE TABLE mediation_case (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), registered_office CODE_ NOT NULL REFERENCES office (code),
  number CODE_ NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, outcome TEXT, registered_on DATE_ NOT NULL,
  registered_by TEXT NOT NULL, registered_side TEXT NOT NULL, regions TEXT NOT NULL, company_id UUID_ REFERENCES company (id),
  people INTEGER NOT NULL CHECK (people > 0), content_sealed BYTES_, missing TEXT, path TEXT, mediator TEXT, mediator_name TEXT,
  mediator_number TEXT, referred_on DATE_, first_hearing_on DATE_, recommendation_number CODE_, recommended_on DATE_,
  recommendation_sealed BYTES_, settled_on DATE_, settlement_sealed BYTES_, court TEXT, court_number TEXT,
  court_registered_on DATE_, lawsuits TEXT NOT NULL, ended_on DATE_, reason_sealed BYTES_, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX mediation_case_number ON mediation_case (number);
CREATE UNIQUE INDEX mediation_case_recommendation ON mediation_case (recommendation_number);
CREATE INDEX mediation_case_office ON mediation_case (office, id);
CREATE INDEX mediation_case_book ON mediation_case (registered_office, registered_on, id);
CREATE INDEX mediation_case_mediator ON mediation_case (mediator, id) WHERE mediator IS NOT NULL;
CREATE INDEX mediation_case_registrar ON mediation_case (registered_by, id) WHERE mediator IS NULL;
CREATE INDEX mediation_case_open ON mediation_case (office, id) WHERE ended_on IS NULL;
CREATE INDEX mediation_case_kept ON mediation_case (updated_at, id)
  WHERE status IN ('closed', 'other_path', 'withdrawn', 'back_to_bipartite') AND content_sealed IS NOT NULL;

CREATE TABLE mediation_party (
  id UUID_ PRIMARY KEY, case_id UUID_ NOT NULL REFERENCES mediation_case (id), side TEXT NOT NULL, kind TEXT NOT NULL,
  content_sealed BYTES_, path TEXT, received_on DATE_, received_at TIME_, answer TEXT, answered_on DATE_, answer_sealed BYTES_);
CREATE UNIQUE INDEX mediation_party_side ON mediation_party (case_id, side);

CREATE TABLE mediation_document (
  id UUID_ PRIMARY KEY, case_id UUID_ NOT NULL REFERENCES mediation_case (id), side TEXT, kind TEXT NOT NULL,
  audience TEXT NOT NULL, document_key UUID_ NOT NULL, revision INTEGER NOT NULL, newest BOOLEAN NOT NULL,
  file_id UUID_ NOT NULL REFERENCES file (id), created_at TIME_ NOT NULL, created_by TEXT NOT NULL);
CREATE UNIQUE INDEX mediation_document_revision ON mediation_document (document_key, revision);
CREATE INDEX mediation_document_case ON mediation_document (case_id, id);
CREATE INDEX mediation_document_file ON mediation_document (file_id);

CREATE TABLE mediation_representative (
  id UUID_ PRIMARY KEY, case_id UUID_ NOT NULL REFERENCES mediation_case (id),
  party_id UUID_ NOT NULL REFERENCES mediation_party (id), content_sealed BYTES_,
  document_id UUID_ REFERENCES mediation_document (id), created_at TIME_ NOT NULL, ended_at TIME_);
CREATE INDEX mediation_representative_case ON mediation_representative (case_id, id);

CREATE TABLE mediation_hearing (
  id UUID_ PRIMARY KEY, case_id UUID_ NOT NULL REFERENCES mediation_case (id), office CODE_ NOT NULL REFERENCES office (code),
  position INTEGER NOT NULL, kind TEXT NOT NULL, mode TEXT NOT NULL, status TEXT NOT NULL, number CODE_ NOT NULL,
  summoned_on DATE_ NOT NULL, starts_at TIME_ NOT NULL, place_sealed BYTES_, held_on DATE_, minutes_sealed BYTES_,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX mediation_hearing_position ON mediation_hearing (case_id, position);
CREATE UNIQUE INDEX mediation_hearing_number ON mediation_hearing (number);

CREATE TABLE mediation_note (
  id UUID_ PRIMARY KEY, case_id UUID_ NOT NULL REFERENCES mediation_case (id), side TEXT, content_sealed BYTES_,
  created_at TIME_ NOT NULL);
CREATE INDEX mediation_note_case ON mediation_note (case_id, id);

ALTER TABLE access_grant ADD COLUMN party_id UUID_ REFERENCES mediation_party (id);
ALTER TABLE invitation ADD COLUMN party_id UUID_ REFERENCES mediation_party (id);
CREATE INDEX access_grant_party ON access_grant (party_id) WHERE party_id IS NOT NULL;

-- What was due was not done, and the law says what that means.
ALTER TABLE deadline ADD COLUMN lapsed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE movement ADD COLUMN dispute_kind TEXT;
