-- What people ask an office, and what they complain of.
CREATE TABLE consultation_asker (owner TEXT PRIMARY KEY, turns BIGINT NOT NULL);

CREATE TABLE consultation (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), owner TEXT, topic TEXT NOT NULL, asks_as TEXT NOT NULL,
  status TEXT NOT NULL, content_sealed BYTES_, assigned_to UUID_ REFERENCES access_grant (id), assignee TEXT, answered_at TIME_,
  closes_on DATE_, closed_at TIME_, reopen_until DATE_, rate_until DATE_, rating INTEGER, rating_sealed BYTES_, case_id UUID_,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE INDEX consultation_office ON consultation (office, id);
CREATE INDEX consultation_owner ON consultation (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX consultation_assignee ON consultation (assignee, id) WHERE assignee IS NOT NULL;
CREATE INDEX consultation_grant ON consultation (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX consultation_case ON consultation (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX consultation_waits ON consultation (office, id) WHERE status IN ('open', 'assigned');
CREATE INDEX consultation_silent ON consultation (closes_on, id) WHERE status = 'answered';
CREATE INDEX consultation_kept ON consultation (updated_at, id)
  WHERE status IN ('closed', 'withdrawn', 'converted') AND content_sealed IS NOT NULL;

CREATE TABLE consultation_message (
  id UUID_ PRIMARY KEY, consultation_id UUID_ NOT NULL REFERENCES consultation (id), position INTEGER NOT NULL, kind TEXT NOT NULL,
  text_sealed BYTES_, created_at TIME_ NOT NULL, created_by TEXT NOT NULL);
CREATE UNIQUE INDEX consultation_message_thread ON consultation_message (consultation_id, position);

CREATE TABLE complaint (
  id UUID_ PRIMARY KEY, number CODE_ NOT NULL UNIQUE, office CODE_ NOT NULL REFERENCES office (code), category TEXT NOT NULL,
  owner TEXT, status TEXT NOT NULL, content_sealed BYTES_, outcome_sealed BYTES_, received_on DATE_ NOT NULL, ended_at TIME_,
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE INDEX complaint_office ON complaint (office, id);
CREATE INDEX complaint_owner ON complaint (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX complaint_kept ON complaint (updated_at, id)
  WHERE status IN ('resolved', 'rejected', 'forwarded', 'withdrawn') AND content_sealed IS NOT NULL;

CREATE TABLE complaint_route (
  id UUID_ PRIMARY KEY, complaint_id UUID_ NOT NULL REFERENCES complaint (id), position INTEGER NOT NULL,
  office CODE_ NOT NULL REFERENCES office (code), category TEXT NOT NULL, reason_sealed BYTES_, created_at TIME_ NOT NULL, created_by TEXT NOT NULL);
CREATE UNIQUE INDEX complaint_route_complaint ON complaint_route (complaint_id, position);
