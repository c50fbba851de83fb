-- Training: who trains, in what, the classes, and who is in them.
CREATE TABLE training_provider (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), kind TEXT NOT NULL, name TEXT NOT NULL, licence TEXT,
  region CODE_ NOT NULL REFERENCES region (code), address TEXT NOT NULL, contact_name TEXT NOT NULL, contact_email TEXT NOT NULL,
  contact_phone TEXT, status TEXT NOT NULL, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX training_provider_name ON training_provider (office, name);
CREATE INDEX training_provider_office ON training_provider (office, id);
ALTER TABLE access_grant ADD COLUMN provider_id UUID_;
ALTER TABLE invitation ADD COLUMN provider_id UUID_;
CREATE INDEX access_grant_provider ON access_grant (provider_id, id) WHERE provider_id IS NOT NULL;

CREATE TABLE training_programme (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), name TEXT NOT NULL, trade TEXT NOT NULL, occupation CODE_,
  education CODE_, hours INTEGER NOT NULL, units TEXT NOT NULL, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX training_programme_name ON training_programme (office, name);
CREATE INDEX training_programme_office ON training_programme (office, id);

CREATE TABLE training_instructor (
  id UUID_ PRIMARY KEY, provider_id UUID_ NOT NULL REFERENCES training_provider (id), office CODE_ NOT NULL REFERENCES office (code),
  name TEXT NOT NULL, registration TEXT, trades TEXT NOT NULL, certificate TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE INDEX training_instructor_provider ON training_instructor (provider_id, id);
CREATE INDEX training_instructor_office ON training_instructor (office, id);

CREATE TABLE training_package (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), number CODE_ NOT NULL,
  programme_id UUID_ NOT NULL REFERENCES training_programme (id), provider_id UUID_ NOT NULL REFERENCES training_provider (id),
  year INTEGER NOT NULL, funding TEXT NOT NULL, site TEXT NOT NULL, region CODE_ NOT NULL REFERENCES region (code), village TEXT,
  capacity INTEGER NOT NULL, capacity_reason TEXT, reserves INTEGER NOT NULL, target_group TEXT NOT NULL, evidence TEXT NOT NULL,
  accommodation TEXT, criteria TEXT NOT NULL, opens_on DATE_ NOT NULL, closes_on DATE_ NOT NULL, promote_until DATE_ NOT NULL,
  starts_on DATE_ NOT NULL, ends_on DATE_ NOT NULL, status TEXT NOT NULL, cancel_reason TEXT, status_reason TEXT,
  taken INTEGER NOT NULL, reserved INTEGER NOT NULL, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL,
  -- A seat beyond the last one is nobody's, whoever gives it.
  CHECK (taken >= 0 AND taken <= capacity), CHECK (reserved >= 0));
CREATE UNIQUE INDEX training_package_number ON training_package (number);
CREATE INDEX training_package_office ON training_package (office, year, id);
CREATE INDEX training_package_status ON training_package (office, status, id);
CREATE INDEX training_package_programme ON training_package (programme_id, id);
CREATE INDEX training_package_provider ON training_package (provider_id, id);
CREATE INDEX training_package_closes ON training_package (closes_on) WHERE status = 'open';
CREATE INDEX training_package_promotes ON training_package (promote_until) WHERE reserved > 0;
CREATE TABLE training_teacher (
  package_id UUID_ NOT NULL REFERENCES training_package (id), instructor_id UUID_ NOT NULL REFERENCES training_instructor (id),
  PRIMARY KEY (package_id, instructor_id));

CREATE TABLE training_enrollment (
  id UUID_ PRIMARY KEY, package_id UUID_ NOT NULL REFERENCES training_package (id),
  programme_id UUID_ NOT NULL REFERENCES training_programme (id), provider_id UUID_ NOT NULL REFERENCES training_provider (id),
  office CODE_ NOT NULL REFERENCES office (code), seeker_id UUID_ NOT NULL REFERENCES seeker (id), status TEXT NOT NULL,
  test_score INTEGER, interview_score INTEGER, place INTEGER, ranking TEXT, override_reason TEXT, evidence TEXT NOT NULL,
  needs_sealed BYTES_, offer_until TIME_, cover_from DATE_, cover_until DATE_, cover_jkk BOOLEAN NOT NULL, cover_jkm BOOLEAN NOT NULL,
  cover_payer TEXT, cover_sealed BYTES_, status_reason TEXT, sex TEXT, birth_year INTEGER, district CODE_, accepted_at TIME_,
  final_score INTEGER, attendance INTEGER, ended_on DATE_, follow_up_on DATE_, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
-- One application a person and package, and one running class a person.
CREATE UNIQUE INDEX training_enrollment_once ON training_enrollment (package_id, seeker_id)
  WHERE status NOT IN ('withdrawn', 'rejected', 'dropped');
CREATE UNIQUE INDEX training_enrollment_running ON training_enrollment (seeker_id) WHERE status IN ('accepted', 'attending');
CREATE INDEX training_enrollment_package ON training_enrollment (package_id, status, id);
CREATE INDEX training_enrollment_seeker ON training_enrollment (seeker_id, id);
CREATE INDEX training_enrollment_office ON training_enrollment (office, id);
CREATE INDEX training_enrollment_provider ON training_enrollment (provider_id, id);
-- Who lacks cover, and what is to be forgotten.
CREATE INDEX training_enrollment_seated ON training_enrollment (office, id) WHERE status IN ('accepted', 'attending');
CREATE INDEX training_enrollment_kept ON training_enrollment (ended_on)
  WHERE (needs_sealed IS NOT NULL OR cover_sealed IS NOT NULL OR status_reason IS NOT NULL OR override_reason IS NOT NULL);
CREATE INDEX training_enrollment_offer ON training_enrollment (offer_until) WHERE status = 'offered';
CREATE INDEX training_enrollment_follow_up ON training_enrollment (office, follow_up_on) WHERE follow_up_on IS NOT NULL;

-- What the funnel counts, with the codes of the class.
ALTER TABLE movement ADD COLUMN year INTEGER;
ALTER TABLE movement ADD COLUMN funding TEXT;
ALTER TABLE movement ADD COLUMN site TEXT;
ALTER TABLE movement ADD COLUMN target_group TEXT;
ALTER TABLE movement ADD COLUMN programme_id UUID_;
CREATE TABLE training_tally (
  office CODE_ NOT NULL, year INTEGER NOT NULL, stage TEXT NOT NULL, programme_id UUID_ NOT NULL, funding TEXT NOT NULL,
  site TEXT NOT NULL, target_group TEXT NOT NULL, sex TEXT NOT NULL, age TEXT NOT NULL, district CODE_ NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (office, year, stage, programme_id, funding, site, target_group, sex, age, district));

CREATE TABLE training_session (
  id UUID_ PRIMARY KEY, package_id UUID_ NOT NULL REFERENCES training_package (id), date DATE_ NOT NULL, begins_at INTEGER NOT NULL,
  minutes INTEGER NOT NULL, delivery TEXT NOT NULL, unit TEXT, topic TEXT NOT NULL, noted_at TIME_, noted_by TEXT,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX training_session_time ON training_session (package_id, date, begins_at);
CREATE TABLE training_attendance (
  session_id UUID_ NOT NULL REFERENCES training_session (id), enrollment_id UUID_ NOT NULL REFERENCES training_enrollment (id),
  mark TEXT NOT NULL, PRIMARY KEY (session_id, enrollment_id));
CREATE INDEX training_attendance_enrollment ON training_attendance (enrollment_id);

CREATE TABLE training_certificate (
  id UUID_ PRIMARY KEY, enrollment_id UUID_ NOT NULL REFERENCES training_enrollment (id), office CODE_ NOT NULL REFERENCES office (code),
  provider_id UUID_ NOT NULL REFERENCES training_provider (id), seeker_id UUID_ NOT NULL REFERENCES seeker (id), number CODE_ NOT NULL,
  holder TEXT NOT NULL, status TEXT NOT NULL, token_hash BYTES_ NOT NULL, content TEXT NOT NULL, issued_on DATE_ NOT NULL,
  signer_name TEXT, signer_number TEXT, status_reason TEXT, ended_at TIME_, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX training_certificate_number ON training_certificate (number);
CREATE UNIQUE INDEX training_certificate_token ON training_certificate (token_hash);
CREATE UNIQUE INDEX training_certificate_once ON training_certificate (enrollment_id) WHERE status = 'issued';
CREATE INDEX training_certificate_enrollment ON training_certificate (enrollment_id, id);
CREATE INDEX training_certificate_provider ON training_certificate (provider_id, id);
CREATE INDEX training_certificate_seeker ON training_certificate (seeker_id, id);
CREATE INDEX training_certificate_office ON training_certificate (office, id);
CREATE INDEX training_certificate_revoked ON training_certificate (ended_at) WHERE status = 'revoked';

CREATE TABLE competence_assessment (
  id UUID_ PRIMARY KEY, enrollment_id UUID_ NOT NULL REFERENCES training_enrollment (id), office CODE_ NOT NULL REFERENCES office (code),
  seeker_id UUID_ NOT NULL REFERENCES seeker (id), body TEXT NOT NULL, scheme TEXT NOT NULL, result TEXT NOT NULL, number TEXT,
  assessed_on DATE_ NOT NULL, issued_on DATE_, expires_on DATE_, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX competence_assessment_number ON competence_assessment (number) WHERE number IS NOT NULL;
CREATE INDEX competence_assessment_enrollment ON competence_assessment (enrollment_id, id);
CREATE INDEX competence_assessment_office ON competence_assessment (office, id);
CREATE INDEX competence_assessment_seeker ON competence_assessment (seeker_id, id);

CREATE TABLE training_follow_up (
  enrollment_id UUID_ NOT NULL REFERENCES training_enrollment (id), step INTEGER NOT NULL, due_on DATE_ NOT NULL, outcome TEXT NOT NULL,
  occupation CODE_, said_on DATE_ NOT NULL, recorded_at TIME_ NOT NULL, recorded_by TEXT NOT NULL, PRIMARY KEY (enrollment_id, step));
