CREATE TABLE mandate (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), agent_company_id UUID_ NOT NULL REFERENCES company (id),
  office CODE_ NOT NULL REFERENCES office (code), scopes TEXT NOT NULL, valid_from DATE_ NOT NULL, expires_on DATE_ NOT NULL,
  begins_at TIME_ NOT NULL, ends_at TIME_ NOT NULL, status TEXT NOT NULL, ended_at TIME_, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL,
  CHECK (company_id <> agent_company_id));
CREATE UNIQUE INDEX mandate_active ON mandate (company_id, agent_company_id) WHERE status = 'active';
CREATE INDEX mandate_company ON mandate (company_id, id);
CREATE INDEX mandate_agent ON mandate (agent_company_id, id);
CREATE INDEX mandate_expiry ON mandate (ends_at) WHERE status = 'active';
ALTER TABLE vacancy_report ADD COLUMN filed_by_company UUID_ REFERENCES company (id);
ALTER TABLE placement_report ADD COLUMN filed_by_company UUID_ REFERENCES company (id);
ALTER TABLE nil_report ADD COLUMN filed_by_company UUID_ REFERENCES company (id);
ALTER TABLE employment_report ADD COLUMN filed_by_company UUID_ REFERENCES company (id);

CREATE TABLE warning (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL REFERENCES office (code),
  status TEXT NOT NULL, number CODE_, text TEXT, several_provinces BOOLEAN NOT NULL, issued_at TIME_, issued_on DATE_,
  due_on DATE_, answer TEXT, withdrawal_reason TEXT, ended_at TIME_, version BIGINT NOT NULL, created_at TIME_ NOT NULL,
  created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX warning_number ON warning (number);
CREATE INDEX warning_office ON warning (office, id);
CREATE INDEX warning_company ON warning (company_id, id);
CREATE INDEX warning_running ON warning (due_on) WHERE status = 'issued';
CREATE TABLE warning_duty (
  warning_id UUID_ NOT NULL REFERENCES warning (id) ON DELETE CASCADE, deadline_id UUID_ NOT NULL,
  rule TEXT NOT NULL, subject_kind TEXT NOT NULL, subject_id UUID_ NOT NULL, subject_name TEXT, due_on DATE_ NOT NULL,
  law TEXT NOT NULL, open BOOLEAN NOT NULL, PRIMARY KEY (warning_id, deadline_id));
CREATE UNIQUE INDEX warning_duty_once ON warning_duty (deadline_id) WHERE open;

CREATE INDEX vacancy_report_waiting ON vacancy_report (submitted_at, id) WHERE status = 'submitted';
CREATE INDEX placement_report_waiting ON placement_report (submitted_at, id) WHERE status = 'submitted';
CREATE INDEX company_waiting ON company (created_at, id) WHERE status = 'registered';
