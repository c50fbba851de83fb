-- An access to a side of a dispute may be that of somebody who speaks for it, and ends with that.
ALTER TABLE invitation ADD COLUMN representative_id UUID_ REFERENCES mediation_representative (id);
-- Who took a complaint up, and when (Disnaker's books name both).
ALTER TABLE complaint ADD COLUMN taken_by UUID_ REFERENCES access_grant (id);
ALTER TABLE complaint ADD COLUMN taken_at TIME_;
CREATE INDEX invitation_party ON invitation (party_id) WHERE party_id IS NOT NULL;
-- A list of an office by where its cases stand.
CREATE INDEX mediation_case_status ON mediation_case (office, status, id);
