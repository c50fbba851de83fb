-- What is found by the record that others became part of, and by the age of what is to be forgotten.
CREATE INDEX seeker_merged ON seeker (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX data_request_ended ON data_request (updated_at, id) WHERE status <> 'requested' AND content_sealed IS NOT NULL;
