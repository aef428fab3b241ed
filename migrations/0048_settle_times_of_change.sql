-- Why:   a client that goes on from the greatest updated_at it has seen must not miss a row. A row is written at one moment
--        and becomes visible at a later one, so a list in the order of change ends where every write is visible.
-- Locks: api_keys, applications, attachments, candidates, departments, events, job_boards, jobs, offices, openings,
--        organizations, permission_groups, pipeline_templates, pipelines, posts, reasons, sources, stage_changes, users and
--        heartbeats, ACCESS EXCLUSIVE, briefly: defaults of rows to come, and a column with a constant.
-- Undo:  0048_settle_times_of_change.down.sql; nothing is lost.

ALTER TABLE heartbeats ADD COLUMN settled_at timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN heartbeats.settled_at IS 'Whoever sees this row sees every write whose updated_at is before this moment, and no such write will come. It never goes back.';

CREATE FUNCTION settled_until() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    looked_at constant timestamptz := clock_timestamp();
BEGIN
    IF NOT pg_has_role('pg_read_all_stats', 'USAGE') THEN
        RETURN '-infinity';
    END IF;
    RETURN least(looked_at, (
        SELECT min(a.xact_start)
        FROM pg_stat_activity AS a
        WHERE a.usename = 'hiring_command' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
          AND (a.backend_xid IS NOT NULL OR a.state NOT LIKE 'idle%')
    ));
END
$$;
COMMENT ON FUNCTION settled_until IS 'The moment before which nobody writes any more: the beginning of the oldest transaction of hiring_command, which alone writes what lists show, or now. Who is idle in a transaction and has written nothing will write later than now.';
REVOKE ALL ON FUNCTION settled_until FROM PUBLIC;
GRANT EXECUTE ON FUNCTION settled_until TO hiring_command, hiring_worker, hiring_relay;

CREATE FUNCTION written_at() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN greatest(clock_timestamp(), now(), (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary'));
END
$$;
COMMENT ON FUNCTION written_at IS 'The moment to write into updated_at: the time, behind the locks that a statement has waited for. Where the clock has stepped back, or a new primary is behind the old one, it is not before what is settled.';

ALTER TABLE api_keys
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE applications
    ALTER COLUMN applied_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE attachments
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE candidates
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE departments
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE job_boards
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE jobs
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE offices
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE openings
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE organizations
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE permission_groups
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE pipeline_templates
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE posts
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE reasons
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE sources
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE users
    ALTER COLUMN created_at SET DEFAULT clock_timestamp(),
    ALTER COLUMN updated_at SET DEFAULT written_at();
ALTER TABLE stage_changes ALTER COLUMN occurred_at SET DEFAULT clock_timestamp();
ALTER TABLE pipelines ALTER COLUMN created_at SET DEFAULT clock_timestamp();
ALTER TABLE events ALTER COLUMN occurred_at SET DEFAULT clock_timestamp();
