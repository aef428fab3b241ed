-- Undo of the file of the same number: every fact.

DROP VIEW IF EXISTS facts_to_jobs;

DROP VIEW IF EXISTS facts_to_openings;

DROP VIEW IF EXISTS facts_to_applications;

DROP TABLE IF EXISTS jobs;

DROP TABLE IF EXISTS openings;

DROP TABLE IF EXISTS applications;

DROP TABLE IF EXISTS facts;
