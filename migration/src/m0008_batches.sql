-- The sender's own reference of a line or row: the key of bulk filing, unique inside a company as far as bulk filing
-- goes. When it came first stays with the line over its corrections.
ALTER TABLE vacancy_report_line ADD COLUMN company_id UUID_;
ALTER TABLE vacancy_report_line ADD COLUMN reference CODE_;
ALTER TABLE vacancy_report_line ADD COLUMN received_at TIME_;
ALTER TABLE placement_report_row ADD COLUMN company_id UUID_;
ALTER TABLE placement_report_row ADD COLUMN reference CODE_;
ALTER TABLE placement_report_row ADD COLUMN received_at TIME_;

CREATE TABLE report_batch (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), kind TEXT NOT NULL, mode TEXT NOT NULL,
  atomicity TEXT NOT NULL, format TEXT NOT NULL, status TEXT NOT NULL, file_id UUID_ NOT NULL REFERENCES file (id),
  row_count INTEGER NOT NULL, done INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL, held INTEGER NOT NULL, rejected INTEGER NOT NULL, differing INTEGER NOT NULL,
  layout TEXT NOT NULL, notes TEXT NOT NULL, cancelling BOOLEAN NOT NULL, worker UUID_, locked_until TIME_,
  started_at TIME_, ended_at TIME_, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE INDEX report_batch_company ON report_batch (company_id, id);
CREATE INDEX report_batch_running ON report_batch (id) WHERE status = 'running';
CREATE TABLE report_batch_row (
  batch_id UUID_ NOT NULL REFERENCES report_batch (id) ON DELETE CASCADE, position INTEGER NOT NULL, sheet TEXT,
  number INTEGER NOT NULL, disposition TEXT NOT NULL, validated TEXT, reference CODE_, report_id UUID_, line_id UUID_,
  faults TEXT, PRIMARY KEY (batch_id, position));
