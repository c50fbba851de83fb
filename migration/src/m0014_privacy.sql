-- Rights of the person whose data it is, the register of breaches, and what is forgotten when.
ALTER TABLE seeker ADD COLUMN erased_at TIME_;
CREATE INDEX seeker_forget ON seeker (status, updated_at) WHERE erased_at IS NULL;

CREATE TABLE data_request (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), seeker_id UUID_ NOT NULL REFERENCES seeker (id),
  kind TEXT NOT NULL, status TEXT NOT NULL, content_sealed BYTES_, due_at TIME_ NOT NULL, decision TEXT, erased TEXT NOT NULL,
  kept TEXT NOT NULL, decided_at TIME_, decided_by TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
-- One open request a record and kind.
CREATE UNIQUE INDEX data_request_open ON data_request (seeker_id, kind) WHERE status = 'requested';
CREATE INDEX data_request_seeker ON data_request (seeker_id, id);
CREATE INDEX data_request_waits ON data_request (due_at, id) WHERE status = 'requested';

CREATE TABLE data_breach (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), status TEXT NOT NULL, found_at TIME_ NOT NULL,
  due_at TIME_ NOT NULL, data TEXT NOT NULL, persons BIGINT, happened TEXT NOT NULL, handling TEXT NOT NULL, affected TEXT NOT NULL,
  authority_notified_at TIME_, subjects_notified_at TIME_, closing TEXT, closed_at TIME_, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE INDEX data_breach_office ON data_breach (office, id);

CREATE INDEX access_record_time ON access_record (recorded_at);
