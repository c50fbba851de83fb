-- Upper-case words are replaced per engine (see lib.rs): UUID_, TIME_, DATE_, BYTES_, CODE_, SERIAL_.
-- CODE_ is text that sorts by bytes on both engines, so that a prefix is a range of the index.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO setting (name, value) VALUES ('calendar_revision', '1');

-- Reference ---------------------------------------------------------------------------------------
CREATE TABLE region (
  code CODE_ PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent CODE_ NOT NULL, utc_offset INTEGER NOT NULL);
CREATE INDEX region_parent ON region (parent, code);
CREATE TABLE occupation (code CODE_ PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL);
CREATE TABLE sector (code CODE_ NOT NULL, edition TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (code, edition));
CREATE TABLE education_level (
  code CODE_ PRIMARY KEY, name TEXT NOT NULL, rank INTEGER NOT NULL, bps_level TEXT NOT NULL, ipk_code TEXT NOT NULL);
CREATE TABLE country (code CODE_ PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL, territory BOOLEAN NOT NULL);
CREATE TABLE disability_kind (code CODE_ PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE holiday (
  id UUID_ PRIMARY KEY, date DATE_ NOT NULL, region CODE_ NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  source TEXT NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX holiday_day ON holiday (date, region, kind);
CREATE TABLE minimum_wage (
  id UUID_ PRIMARY KEY, region CODE_ NOT NULL, year INTEGER NOT NULL, amount_sen BIGINT NOT NULL,
  proposal_government_sen BIGINT, proposal_employers_sen BIGINT, proposal_workers_sen BIGINT, agreed BOOLEAN,
  decree TEXT, source TEXT NOT NULL, version BIGINT NOT NULL);
CREATE UNIQUE INDEX minimum_wage_year ON minimum_wage (region, year);
CREATE TABLE policy (
  id UUID_ PRIMARY KEY, rule TEXT NOT NULL, scope CODE_ NOT NULL, valid_from DATE_ NOT NULL, amount BIGINT NOT NULL,
  unit TEXT NOT NULL, law TEXT NOT NULL, note TEXT NOT NULL, edited BOOLEAN NOT NULL);
CREATE UNIQUE INDEX policy_row ON policy (rule, scope, valid_from);

-- Offices and access ------------------------------------------------------------------------------
CREATE TABLE office (
  code CODE_ PRIMARY KEY, name TEXT NOT NULL, region CODE_ NOT NULL REFERENCES region (code), utc_offset INTEGER NOT NULL,
  address TEXT NOT NULL, phone TEXT, opening_hours TEXT NOT NULL, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE TABLE client (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, office CODE_, company_id UUID_, secret_hash BYTES_ NOT NULL,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, revoked_at TIME_);
CREATE INDEX client_office ON client (office, id);
CREATE TABLE access_grant (
  id UUID_ PRIMARY KEY, issuer TEXT NOT NULL, subject TEXT NOT NULL, role TEXT NOT NULL, target TEXT NOT NULL,
  office CODE_, company_id UUID_, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, revoked_at TIME_, revoked_by TEXT);
CREATE UNIQUE INDEX access_grant_once ON access_grant (issuer, subject, role, target) WHERE revoked_at IS NULL;
CREATE INDEX access_grant_office ON access_grant (office, id);
CREATE INDEX access_grant_company ON access_grant (company_id, id);
CREATE TABLE invitation (
  id UUID_ PRIMARY KEY, code_hash BYTES_ NOT NULL UNIQUE, role TEXT NOT NULL, office CODE_, company_id UUID_,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, expires_at TIME_ NOT NULL, accepted_at TIME_, accepted_by TEXT);

-- Companies ---------------------------------------------------------------------------------------
CREATE TABLE company (
  id UUID_ PRIMARY KEY, nib TEXT NOT NULL, branch TEXT NOT NULL, name TEXT NOT NULL, legal_form TEXT NOT NULL,
  sector CODE_ NOT NULL, sector_edition TEXT NOT NULL, kbli_code TEXT, region CODE_ NOT NULL REFERENCES region (code),
  address TEXT NOT NULL, contact_name TEXT NOT NULL, contact_email TEXT NOT NULL, contact_phone TEXT,
  workers_men INTEGER NOT NULL, workers_women INTEGER NOT NULL, workers_with_disability INTEGER NOT NULL,
  office CODE_ NOT NULL REFERENCES office (code), status TEXT NOT NULL, status_reason TEXT, decided_at TIME_, decided_by TEXT,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX company_nib ON company (nib, branch);
CREATE INDEX company_office ON company (office, id);

-- Reports -----------------------------------------------------------------------------------------
CREATE TABLE vacancy_report (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL REFERENCES office (code),
  status TEXT NOT NULL, number CODE_, revision INTEGER NOT NULL, corrects UUID_ REFERENCES vacancy_report (id),
  reference TEXT, line_count INTEGER NOT NULL, persons_wanted BIGINT NOT NULL, several_provinces BOOLEAN NOT NULL,
  return_note TEXT, submitted_at TIME_, decided_at TIME_, decided_by TEXT, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX vacancy_report_number ON vacancy_report (number);
CREATE UNIQUE INDEX vacancy_report_correction ON vacancy_report (corrects) WHERE status IN ('draft', 'submitted', 'returned', 'accepted');
CREATE INDEX vacancy_report_company ON vacancy_report (company_id, id);
CREATE INDEX vacancy_report_office ON vacancy_report (office, status, id);
CREATE TABLE vacancy_report_line (
  report_id UUID_ NOT NULL REFERENCES vacancy_report (id) ON DELETE CASCADE, line_id UUID_ NOT NULL, position INTEGER NOT NULL,
  content TEXT NOT NULL, return_reason TEXT, PRIMARY KEY (report_id, line_id));
CREATE TABLE placement_report (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL REFERENCES office (code),
  status TEXT NOT NULL, number CODE_, reference TEXT, row_count INTEGER NOT NULL, return_note TEXT, submitted_at TIME_,
  decided_at TIME_, decided_by TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX placement_report_number ON placement_report (number);
CREATE INDEX placement_report_company ON placement_report (company_id, id);
CREATE INDEX placement_report_office ON placement_report (office, status, id);
CREATE TABLE placement_report_row (
  report_id UUID_ NOT NULL REFERENCES placement_report (id) ON DELETE CASCADE, row_id UUID_ NOT NULL, position INTEGER NOT NULL,
  vacancy_id UUID_ NOT NULL, content TEXT NOT NULL, nik_sealed BYTES_, nik_index BYTES_, return_reason TEXT,
  PRIMARY KEY (report_id, row_id));

-- Vacancies and placements ------------------------------------------------------------------------
CREATE TABLE vacancy (
  id UUID_ PRIMARY KEY, report_id UUID_ NOT NULL REFERENCES vacancy_report (id), company_id UUID_ NOT NULL REFERENCES company (id),
  office CODE_ NOT NULL, status TEXT NOT NULL, title TEXT NOT NULL, description TEXT, occupation CODE_ NOT NULL,
  sector CODE_ NOT NULL, sector_edition TEXT NOT NULL, country CODE_ NOT NULL, region CODE_ NOT NULL, province CODE_ NOT NULL, district CODE_ NOT NULL,
  antar_kerja TEXT NOT NULL, education CODE_, education_rank INTEGER NOT NULL, experience_months INTEGER NOT NULL,
  age_min INTEGER, age_max INTEGER, skills TEXT NOT NULL, wanted_men INTEGER NOT NULL, wanted_women INTEGER NOT NULL,
  wanted_any INTEGER NOT NULL, wanted INTEGER NOT NULL, filled INTEGER NOT NULL,
  filled_men INTEGER NOT NULL, filled_women INTEGER NOT NULL, status_reason TEXT, wage_min BIGINT, wage_max BIGINT,
  wage_top BIGINT NOT NULL,
  disability_friendly BOOLEAN NOT NULL, valid_from DATE_ NOT NULL, valid_until DATE_ NOT NULL, published_at TIME_,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, updated_at TIME_ NOT NULL,
  CHECK (filled >= 0 AND filled <= wanted AND filled = filled_men + filled_women));
CREATE INDEX vacancy_live ON vacancy (published_at, id) WHERE status IN ('published', 'partly_filled');
CREATE INDEX vacancy_live_province ON vacancy (province, published_at, id) WHERE status IN ('published', 'partly_filled');
CREATE INDEX vacancy_live_district ON vacancy (district, published_at, id) WHERE status IN ('published', 'partly_filled');
CREATE INDEX vacancy_live_closing ON vacancy (valid_until, id) WHERE status IN ('published', 'partly_filled');
CREATE INDEX vacancy_live_wage ON vacancy (wage_top, id) WHERE status IN ('published', 'partly_filled');
CREATE INDEX vacancy_company ON vacancy (company_id, status, published_at, id);
CREATE INDEX vacancy_office ON vacancy (office, status, id);
CREATE INDEX vacancy_status ON vacancy (status, id);
CREATE INDEX vacancy_report_id ON vacancy (report_id);
CREATE INDEX vacancy_expiry ON vacancy (valid_until) WHERE status IN ('published', 'partly_filled', 'suspended', 'held');
CREATE TABLE placement (
  id UUID_ PRIMARY KEY, report_id UUID_ NOT NULL REFERENCES placement_report (id), vacancy_id UUID_ NOT NULL REFERENCES vacancy (id),
  company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL, status TEXT NOT NULL, source TEXT NOT NULL,
  worker_name TEXT NOT NULL, nik_sealed BYTES_, nik_index BYTES_, nik_masked TEXT, ak1_number TEXT, sex TEXT NOT NULL,
  birth_year INTEGER, education CODE_, occupation CODE_ NOT NULL, sector CODE_ NOT NULL, origin CODE_ NOT NULL,
  destination_country CODE_ NOT NULL, destination_region CODE_ NOT NULL, antar_kerja TEXT NOT NULL, wage BIGINT,
  start_on DATE_ NOT NULL, void_reason TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL, updated_at TIME_ NOT NULL);
CREATE INDEX placement_office ON placement (office, id);
CREATE INDEX placement_company ON placement (company_id, id);
CREATE INDEX placement_report_id ON placement (report_id);
CREATE UNIQUE INDEX placement_person_once ON placement (vacancy_id, nik_index) WHERE status = 'active';
CREATE UNIQUE INDEX placement_card_once ON placement (vacancy_id, ak1_number) WHERE status = 'active';
CREATE INDEX placement_person ON placement (nik_index);

-- Plumbing ----------------------------------------------------------------------------------------
CREATE TABLE counter (office CODE_ NOT NULL, kind TEXT NOT NULL, year INTEGER NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (office, kind, year));
CREATE TABLE journal (
  seq SERIAL_, id UUID_ NOT NULL UNIQUE, recorded_at TIME_ NOT NULL, event TEXT NOT NULL, office CODE_ NOT NULL, company_id UUID_,
  subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, version BIGINT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX journal_subject ON journal (subject_id, seq);
CREATE TABLE journal_unsealed (seq BIGINT PRIMARY KEY);
CREATE TABLE journal_position (position BIGINT PRIMARY KEY, seq BIGINT NOT NULL UNIQUE REFERENCES journal (seq), hash BYTES_ NOT NULL);
CREATE TABLE sealer (id INTEGER PRIMARY KEY, position BIGINT NOT NULL, hash BYTES_ NOT NULL);
CREATE TABLE movement (
  seq SERIAL_, kind TEXT NOT NULL, office CODE_ NOT NULL, effective_on DATE_ NOT NULL, recorded_at TIME_ NOT NULL,
  quantity BIGINT NOT NULL, subject_id UUID_ NOT NULL, company_id UUID_, sex TEXT, birth_year INTEGER, education TEXT,
  occupation TEXT, sector TEXT, sector_edition TEXT, region CODE_, antar_kerja TEXT);
CREATE INDEX movement_office ON movement (office, kind, effective_on);
CREATE INDEX movement_subject ON movement (subject_id, kind);
CREATE TABLE idempotency (
  caller TEXT NOT NULL, key TEXT NOT NULL, fingerprint BYTES_ NOT NULL, answer BYTES_ NOT NULL, created_at TIME_ NOT NULL,
  PRIMARY KEY (caller, key));
CREATE INDEX idempotency_age ON idempotency (created_at);
CREATE TABLE access_record (
  id UUID_ PRIMARY KEY, recorded_at TIME_ NOT NULL, actor TEXT NOT NULL, office CODE_ NOT NULL, act TEXT NOT NULL, purpose TEXT,
  subject_kind TEXT NOT NULL, subject_id UUID_, filter TEXT, persons INTEGER NOT NULL);
CREATE INDEX access_record_subject ON access_record (subject_id, recorded_at);
CREATE TABLE deadline (
  id UUID_ PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id UUID_ NOT NULL, rule TEXT NOT NULL, party TEXT NOT NULL,
  office CODE_ NOT NULL, company_id UUID_, started_on DATE_ NOT NULL, due_on DATE_ NOT NULL, met_on DATE_,
  calendar_revision BIGINT NOT NULL, affected_by_revision BIGINT, created_at TIME_ NOT NULL);
CREATE UNIQUE INDEX deadline_clock ON deadline (subject_id, rule, party);
CREATE INDEX deadline_open ON deadline (office, due_on) WHERE met_on IS NULL;
