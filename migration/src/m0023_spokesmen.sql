-- An access to a side of a dispute may be that of somebody who speaks for it, and ends with that.
ALTER TABLE invitation ADD COLUMN representative_id UUID_ REFERENCES mediation_representative (id);
CREATE INDEX invitation_party ON invitation (party_id) WHERE party_id IS NOT NULL;
