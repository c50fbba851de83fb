-- The queue of an office's counter.
CREATE TABLE queue_service (
  office CODE_ NOT NULL REFERENCES office (code), service TEXT NOT NULL, capacity INTEGER NOT NULL, walk_in_percent INTEGER NOT NULL,
  slot_minutes INTEGER NOT NULL, opens_at INTEGER NOT NULL, closes_at INTEGER NOT NULL, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, updated_at TIME_ NOT NULL, PRIMARY KEY (office, service));

CREATE TABLE queue_day (
  office CODE_ NOT NULL, service TEXT NOT NULL, date DATE_ NOT NULL, capacity INTEGER, reason TEXT, booked INTEGER NOT NULL,
  walked_in INTEGER NOT NULL, last_number INTEGER NOT NULL, PRIMARY KEY (office, service, date),
  FOREIGN KEY (office, service) REFERENCES queue_service (office, service));

CREATE TABLE queue_ticket (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL, service TEXT NOT NULL, date DATE_ NOT NULL, number INTEGER NOT NULL, slot INTEGER,
  kind TEXT NOT NULL, status TEXT NOT NULL, seeker_id UUID_ REFERENCES seeker (id) ON DELETE SET NULL, school_id UUID_ REFERENCES school (id), desk TEXT,
  called_at TIME_, ended_at TIME_, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL,
  FOREIGN KEY (office, service) REFERENCES queue_service (office, service));
CREATE UNIQUE INDEX queue_ticket_number ON queue_ticket (office, service, date, number);
-- One running ticket a person and service.
CREATE UNIQUE INDEX queue_ticket_running ON queue_ticket (seeker_id, service)
  WHERE status IN ('booked', 'checked_in', 'called', 'serving');
CREATE INDEX queue_ticket_seeker ON queue_ticket (seeker_id, id);
CREATE INDEX queue_ticket_school ON queue_ticket (school_id, id);
CREATE INDEX queue_ticket_office ON queue_ticket (office, id);
CREATE INDEX queue_ticket_left ON queue_ticket (date, id) WHERE status IN ('booked', 'checked_in', 'called', 'serving');
CREATE INDEX queue_ticket_day ON queue_ticket (office, date);
