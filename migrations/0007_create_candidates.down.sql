-- Undo of the file of the same number.
DROP FUNCTION attachment_body, upload_body, candidate_body;
DROP TABLE attachments, uploads, candidate_emails, candidates;
