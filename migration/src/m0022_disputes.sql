ALTER TABLE mediation_case ADD COLUMN clarified_on DATE;
-- Disputes are found by what is asked of them: clocks that ran out, what an account has open, the book of an office, what is over.
CREATE INDEX deadline_dispute ON deadline (rule, due_on, id) WHERE subject_kind = 'mediation_case' AND met_on IS NULL;
CREATE INDEX mediation_case_account ON mediation_case (registered_by) WHERE ended_on IS NULL;
DROP INDEX mediation_case_book;
CREATE INDEX mediation_case_book ON mediation_case (office, registered_on, id);
DROP INDEX mediation_case_kept;
CREATE INDEX mediation_case_kept ON mediation_case (updated_at, id) WHERE ended_on IS NOT NULL AND content_sealed IS NOT NULL;
