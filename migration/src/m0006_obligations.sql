CREATE TABLE employment_report (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL REFERENCES office (code),
  status TEXT NOT NULL, number CODE_ NOT NULL, corrects UUID_ REFERENCES employment_report (id), occasion TEXT NOT NULL,
  occurred_on DATE_ NOT NULL, notice BOOLEAN NOT NULL, filed_on DATE_ NOT NULL, due_on DATE_, workers INTEGER NOT NULL,
  with_disability INTEGER NOT NULL, apprentices INTEGER NOT NULL, content TEXT NOT NULL, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX employment_report_number ON employment_report (number);
CREATE UNIQUE INDEX employment_report_once ON employment_report (company_id, occasion, occurred_on, notice) WHERE status = 'filed';
CREATE INDEX employment_report_company ON employment_report (company_id, id);
CREATE INDEX employment_report_office ON employment_report (office, id);

-- Whether the clock of its first employment report was started: the sweep starts those that were not.
ALTER TABLE company ADD COLUMN clocked BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX company_unclocked ON company (id) WHERE clocked = FALSE;

-- met_on is the day on which a clock ended; a clock that should not have run is cancelled as well. remind_on is the next day on
-- which the sweep looks at it, NULL when every stage is behind it; the default is what the release before this one inserts.
ALTER TABLE deadline ADD COLUMN original_due_on DATE_;
ALTER TABLE deadline ADD COLUMN extensions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deadline ADD COLUMN met_by UUID_;
ALTER TABLE deadline ADD COLUMN cancelled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE deadline ADD COLUMN paused_on DATE_;
ALTER TABLE deadline ADD COLUMN pauses TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deadline ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deadline ADD COLUMN remind_on DATE_ DEFAULT '1900-01-01';
CREATE INDEX deadline_remind ON deadline (remind_on, id) WHERE met_on IS NULL;
CREATE INDEX deadline_company ON deadline (company_id, due_on, id);
CREATE INDEX deadline_office ON deadline (office, due_on, id);
CREATE INDEX deadline_met_by ON deadline (met_by) WHERE met_by IS NOT NULL;

CREATE TABLE extension_request (
  id UUID_ PRIMARY KEY, deadline_id UUID_ NOT NULL REFERENCES deadline (id), company_id UUID_ NOT NULL REFERENCES company (id),
  office CODE_ NOT NULL REFERENCES office (code), status TEXT NOT NULL, rule TEXT NOT NULL, due_on DATE_ NOT NULL,
  wanted_on DATE_ NOT NULL, reason TEXT NOT NULL, granted_on DATE_, decision TEXT, decided_at TIME_, decided_by TEXT,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX extension_request_open ON extension_request (deadline_id) WHERE status = 'requested';
CREATE INDEX extension_request_company ON extension_request (company_id, id);
CREATE INDEX extension_request_office ON extension_request (office, status, id);
