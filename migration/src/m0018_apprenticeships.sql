-- Apprenticeships (pemagangan dalam negeri): a company's programme, and the agreement of each participant.
CREATE TABLE apprenticeship_programme (
  id UUID_ PRIMARY KEY, company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ REFERENCES office (code),
  status TEXT NOT NULL, number CODE_, title TEXT NOT NULL, occupation CODE_ NOT NULL, qualification TEXT NOT NULL,
  qualification_key CODE_ NOT NULL, starts_on DATE_ NOT NULL, ends_on DATE_ NOT NULL, places INTEGER NOT NULL,
  taken INTEGER NOT NULL CHECK (taken >= 0 AND taken <= places), content TEXT NOT NULL, missing TEXT, status_reason TEXT,
  submitted_at TIME_, approved_on DATE_, decided_at TIME_, decided_by TEXT, ended_at TIME_, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX apprenticeship_programme_number ON apprenticeship_programme (number);
CREATE INDEX apprenticeship_programme_company ON apprenticeship_programme (company_id, id);
CREATE INDEX apprenticeship_programme_office ON apprenticeship_programme (office, id);
CREATE INDEX apprenticeship_programme_waits ON apprenticeship_programme (office, id) WHERE status = 'submitted';
CREATE INDEX apprenticeship_programme_runs ON apprenticeship_programme (ends_on, id) WHERE status = 'approved';

CREATE TABLE apprenticeship_agreement (
  id UUID_ PRIMARY KEY, programme_id UUID_ NOT NULL REFERENCES apprenticeship_programme (id),
  company_id UUID_ NOT NULL REFERENCES company (id), office CODE_ NOT NULL REFERENCES office (code),
  seeker_id UUID_ NOT NULL REFERENCES seeker (id), qualification_key CODE_ NOT NULL, status TEXT NOT NULL,
  ak1_number CODE_ NOT NULL, signed_on DATE_ NOT NULL, starts_on DATE_ NOT NULL, ends_on DATE_ NOT NULL,
  transport BIGINT NOT NULL, meals BIGINT NOT NULL, incentive BIGINT NOT NULL, content_sealed BYTES_,
  covered BOOLEAN NOT NULL, missing TEXT, certificate TEXT, status_reason TEXT, told BOOLEAN NOT NULL,
  filed_at TIME_ NOT NULL, endorsed_on DATE_, decided_at TIME_, decided_by TEXT, ended_on DATE_, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
-- One that runs a person, and never twice the same qualification.
CREATE UNIQUE INDEX apprenticeship_agreement_running ON apprenticeship_agreement (seeker_id)
  WHERE status IN ('filed', 'returned', 'endorsed');
CREATE UNIQUE INDEX apprenticeship_agreement_once ON apprenticeship_agreement (seeker_id, qualification_key)
  WHERE status IN ('filed', 'returned', 'endorsed', 'completed');
CREATE INDEX apprenticeship_agreement_seeker ON apprenticeship_agreement (seeker_id, id);
CREATE INDEX apprenticeship_agreement_programme ON apprenticeship_agreement (programme_id, id);
CREATE INDEX apprenticeship_agreement_company ON apprenticeship_agreement (company_id, id);
CREATE INDEX apprenticeship_agreement_office ON apprenticeship_agreement (office, id);
CREATE INDEX apprenticeship_agreement_waits ON apprenticeship_agreement (office, id) WHERE status = 'filed';
CREATE INDEX apprenticeship_agreement_over ON apprenticeship_agreement (ends_on, id)
  WHERE status = 'endorsed' AND told = FALSE;
CREATE INDEX apprenticeship_agreement_kept ON apprenticeship_agreement (updated_at, id)
  WHERE status IN ('completed', 'ended', 'withdrawn') AND content_sealed IS NOT NULL;
