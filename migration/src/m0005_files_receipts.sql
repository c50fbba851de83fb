-- Files -------------------------------------------------------------------------------------------
CREATE TABLE file (
  id UUID_ PRIMARY KEY, kind TEXT NOT NULL, office CODE_ NOT NULL, company_id UUID_ REFERENCES company (id),
  subject_kind TEXT NOT NULL, subject_id UUID_ NOT NULL, media_type TEXT NOT NULL, size BIGINT NOT NULL, sha256 BYTES_ NOT NULL,
  name TEXT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, expires_at TIME_, deleted_at TIME_);
CREATE INDEX file_subject ON file (subject_kind, subject_id, id);
CREATE INDEX file_expiry ON file (expires_at) WHERE deleted_at IS NULL;
CREATE TABLE file_chunk (
  file_id UUID_ NOT NULL REFERENCES file (id), position INTEGER NOT NULL, sealed BYTES_ NOT NULL,
  PRIMARY KEY (file_id, position));

-- Receipts and nil reports ------------------------------------------------------------------------
CREATE TABLE receipt (
  number CODE_ NOT NULL, issue INTEGER NOT NULL, kind TEXT NOT NULL, office CODE_ NOT NULL REFERENCES office (code),
  company_id UUID_ NOT NULL REFERENCES company (id), subject_id UUID_ NOT NULL, issued_at TIME_ NOT NULL, statement TEXT NOT NULL,
  salt BYTES_ NOT NULL, kid TEXT, signature TEXT, superseded_by CODE_, withdrawn_at TIME_, PRIMARY KEY (number, issue));
CREATE INDEX receipt_subject ON receipt (subject_id);
CREATE TABLE nil_report (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL REFERENCES office (code),
  month CODE_ NOT NULL, status TEXT NOT NULL, number CODE_ NOT NULL, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX nil_report_number ON nil_report (number);
CREATE UNIQUE INDEX nil_report_month ON nil_report (company_id, month) WHERE status = 'submitted';
CREATE INDEX nil_report_company ON nil_report (company_id, id);
CREATE INDEX nil_report_office ON nil_report (office, id);
CREATE INDEX vacancy_report_filed ON vacancy_report (company_id, submitted_at);
