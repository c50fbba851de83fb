-- A report that was returned is filed again: when it was filed first is when it was reported.
ALTER TABLE vacancy_report ADD COLUMN first_submitted_at TIME_;
ALTER TABLE placement_report ADD COLUMN first_submitted_at TIME_;
UPDATE vacancy_report SET first_submitted_at =
  COALESCE((SELECT MIN(r.issued_at) FROM receipt r WHERE r.subject_id = vacancy_report.id), submitted_at);
UPDATE placement_report SET first_submitted_at =
  COALESCE((SELECT MIN(r.issued_at) FROM receipt r WHERE r.subject_id = placement_report.id), submitted_at);
