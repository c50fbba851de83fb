-- Training: what industry needs with the packages that answer it, and what organisations propose.
CREATE TABLE training_need (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), company_id UUID_ REFERENCES company (id),
  by_company BOOLEAN NOT NULL, organisation TEXT NOT NULL, forum TEXT, held_on DATE_, place TEXT, occupation CODE_ NOT NULL,
  skill TEXT NOT NULL, units TEXT NOT NULL, persons INTEGER NOT NULL, priority TEXT NOT NULL, wanted_by DATE_ NOT NULL, note TEXT,
  status TEXT NOT NULL, status_reason TEXT, version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL,
  updated_at TIME_ NOT NULL);
CREATE INDEX training_need_office ON training_need (office, id);
CREATE INDEX training_need_company ON training_need (company_id, id) WHERE company_id IS NOT NULL;
CREATE INDEX training_need_wanted ON training_need (office, wanted_by) WHERE status NOT IN ('declined', 'withdrawn');
CREATE INDEX training_need_waits ON training_need (office, id)
  WHERE status IN ('proposed', 'reviewed', 'waiting_for_instructor');
CREATE TABLE training_need_package (
  need_id UUID_ NOT NULL REFERENCES training_need (id), package_id UUID_ NOT NULL REFERENCES training_package (id),
  seats INTEGER NOT NULL CHECK (seats > 0), PRIMARY KEY (need_id, package_id));
CREATE INDEX training_need_package_package ON training_need_package (package_id, need_id);

CREATE TABLE training_proposal (
  id UUID_ PRIMARY KEY, office CODE_ NOT NULL REFERENCES office (code), owner TEXT, organisation TEXT NOT NULL, kind TEXT NOT NULL,
  contact_name TEXT, contact_email TEXT, contact_phone TEXT, topic TEXT NOT NULL, target_group TEXT NOT NULL,
  persons INTEGER NOT NULL, region CODE_ NOT NULL REFERENCES region (code), village TEXT, accommodation TEXT, wished_from DATE_,
  wished_until DATE_, status TEXT NOT NULL, status_reason TEXT, package_id UUID_ REFERENCES training_package (id),
  version BIGINT NOT NULL, created_at TIME_ NOT NULL, created_by TEXT NOT NULL, updated_at TIME_ NOT NULL);
CREATE INDEX training_proposal_office ON training_proposal (office, id);
CREATE INDEX training_proposal_owner ON training_proposal (owner, id) WHERE owner IS NOT NULL;
CREATE INDEX training_proposal_package ON training_proposal (package_id) WHERE package_id IS NOT NULL;
CREATE INDEX training_proposal_kept ON training_proposal (updated_at, id)
  WHERE status IN ('accepted', 'declined', 'withdrawn') AND contact_name IS NOT NULL;
CREATE INDEX training_proposal_waits ON training_proposal (office, id) WHERE status IN ('proposed', 'under_review');
