-- Why:   applications_by_stage_status finds all that this index finds; each index costs every change of an application.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, until no transaction uses the index.
-- Undo:  0018_drop_applications_by_stage.down.sql makes it again; no data is lost.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS applications_by_stage;
