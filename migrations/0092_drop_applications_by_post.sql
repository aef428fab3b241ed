-- Why:   applications_by_post_applied_at finds all that this index finds; each index costs every change of an application.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, until no transaction uses the index.
-- Undo:  0092_drop_applications_by_post.down.sql makes it again; no data is lost.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS applications_by_post;
