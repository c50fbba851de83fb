-- AK-1 cards, and placements of people who have a record.
CREATE TABLE ak1_card (
  id UUID_ PRIMARY KEY, seeker_id UUID_ NOT NULL REFERENCES seeker (id), office CODE_ NOT NULL REFERENCES office (code),
  issued_by CODE_ NOT NULL REFERENCES office (code), number CODE_ NOT NULL, holder TEXT NOT NULL, status TEXT NOT NULL, token_hash BYTES_ NOT NULL,
  issued_on DATE_, period_from DATE_, expires_on DATE_, period INTEGER NOT NULL, report_months INTEGER NOT NULL, next_report_on DATE_,
  look_on DATE_, missed_reports INTEGER NOT NULL, signed_at TIME_, signed_by TEXT, signer_name TEXT, signer_number TEXT,
  printed_at TIME_, printed_by TEXT, active_at TIME_, ended_at TIME_, end_reason TEXT, status_reason TEXT, version BIGINT NOT NULL,
  created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE UNIQUE INDEX ak1_card_number ON ak1_card (number);
CREATE UNIQUE INDEX ak1_card_token ON ak1_card (token_hash);
-- One running card a person.
CREATE UNIQUE INDEX ak1_card_running ON ak1_card (seeker_id) WHERE status IN ('prepared', 'signed', 'printed', 'active');
CREATE INDEX ak1_card_seeker ON ak1_card (seeker_id, id);
CREATE INDEX ak1_card_waits ON ak1_card (office, id) WHERE status IN ('prepared', 'signed', 'printed');
CREATE INDEX ak1_card_look ON ak1_card (look_on, id) WHERE status = 'active';
CREATE INDEX ak1_card_ended ON ak1_card (expires_on) WHERE status <> 'active';

CREATE TABLE ak1_report (
  card_id UUID_ NOT NULL REFERENCES ak1_card (id), due_on DATE_ NOT NULL, filed_on DATE_ NOT NULL, situation TEXT NOT NULL,
  filed_at TIME_ NOT NULL, filed_by TEXT NOT NULL, PRIMARY KEY (card_id, due_on));

CREATE TABLE ak1_print (
  card_id UUID_ NOT NULL REFERENCES ak1_card (id), number INTEGER NOT NULL, reason TEXT, printed_at TIME_ NOT NULL,
  printed_by TEXT NOT NULL, PRIMARY KEY (card_id, number));

CREATE TABLE ak1_legalisation (
  id UUID_ PRIMARY KEY, card_id UUID_ NOT NULL REFERENCES ak1_card (id), copies INTEGER NOT NULL, done_at TIME_ NOT NULL,
  done_by TEXT NOT NULL);
CREATE INDEX ak1_legalisation_card ON ak1_legalisation (card_id, id);

CREATE TABLE seeker_placement (
  placement_id UUID_ PRIMARY KEY REFERENCES placement (id), seeker_id UUID_ NOT NULL REFERENCES seeker (id),
  places BOOLEAN NOT NULL, linked_at TIME_ NOT NULL);
CREATE INDEX seeker_placement_seeker ON seeker_placement (seeker_id, linked_at);
