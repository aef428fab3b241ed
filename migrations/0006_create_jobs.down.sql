-- Undo of the file of the same number.
DROP FUNCTION post_body, stage_body, opening_body, job_body;
DROP TABLE posts, pipelines, stages, hiring_team_members, openings, job_offices, jobs;
