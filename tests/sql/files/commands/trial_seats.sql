-- Trial seats: two hires that race for the last seats of a job.
-- Pool: primary.
-- Know first: of the tests only.

-- name: add
-- Adds a job with its seats.
-- Takes: organization_id, job_id, seat_ids
WITH added_job AS (
    INSERT INTO trial_jobs (organization_id, id) VALUES (:organization_id, :job_id)
    RETURNING id
)
INSERT INTO trial_seats (organization_id, id, job_id)
SELECT :organization_id, x, j.id
FROM added_job AS j, unnest(:seat_ids::uuid[]) AS x
RETURNING id;

-- name: lock_job
-- Locks the job of a seat, so that what follows in the message counts its seats alone.
-- Takes: organization_id, seat_id
SELECT j.id
FROM trial_jobs AS j
WHERE j.organization_id = :organization_id AND j.id = (
    SELECT s.job_id FROM trial_seats AS s WHERE s.organization_id = :organization_id AND s.id = :seat_id
)
FOR NO KEY UPDATE;

-- name: lock_seat
-- Locks a seat.
-- Takes: seat_id, organization_id
SELECT s.id
FROM trial_seats AS s
WHERE s.organization_id = :organization_id AND s.id = :seat_id
FOR NO KEY UPDATE;

-- name: fill^
-- Fills a seat, and closes the job when none is left.
-- Takes: organization_id, seat_id, holder
-- Locks first: lock_job, lock_seat
WITH filled_seat AS (
    UPDATE trial_seats AS s
    SET holder = :holder
    WHERE s.organization_id = :organization_id AND s.id = :seat_id AND s.holder IS NULL
    RETURNING s.id, s.job_id
),
closed_job AS (
    UPDATE trial_jobs AS j
    SET status = 'closed'
    FROM filled_seat AS f
    WHERE j.organization_id = :organization_id AND j.id = f.job_id AND NOT EXISTS (
        SELECT FROM trial_seats AS s
        WHERE s.organization_id = :organization_id AND s.job_id = f.job_id AND s.id <> f.id AND s.holder IS NULL
    )
    RETURNING j.id
)
SELECT f.id, c.id IS NOT NULL AS is_closed
FROM filled_seat AS f
LEFT JOIN closed_job AS c ON true;

-- name: fill_unlocked^
-- The same without the lock of the job as a statement of its own: the control of the race.
-- Takes: organization_id, seat_id, holder
WITH locked_job AS (
    SELECT j.id
    FROM trial_jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = (
        SELECT s.job_id FROM trial_seats AS s WHERE s.organization_id = :organization_id AND s.id = :seat_id
    )
    FOR NO KEY UPDATE
),
filled_seat AS (
    UPDATE trial_seats AS s
    SET holder = :holder
    FROM locked_job AS l
    WHERE s.organization_id = :organization_id AND s.id = :seat_id AND s.holder IS NULL AND s.job_id = l.id
    RETURNING s.id, s.job_id
),
closed_job AS (
    UPDATE trial_jobs AS j
    SET status = 'closed'
    FROM filled_seat AS f
    WHERE j.organization_id = :organization_id AND j.id = f.job_id AND NOT EXISTS (
        SELECT FROM trial_seats AS s
        WHERE s.organization_id = :organization_id AND s.job_id = f.job_id AND s.id <> f.id AND s.holder IS NULL
    )
    RETURNING j.id
)
SELECT f.id, c.id IS NOT NULL AS is_closed
FROM filled_seat AS f
LEFT JOIN closed_job AS c ON true;

-- name: lock_first
-- Locks the first of two seats, and takes its time.
-- Takes: organization_id, first_id
SELECT s.id
FROM trial_seats AS s
WHERE s.organization_id = :organization_id AND s.id = :first_id
FOR NO KEY UPDATE;

-- name: swap
-- Locks two seats in the order given, slowly: two of them the other way round deadlock.
-- Takes: organization_id, first_id, second_id
-- Locks first: lock_first
SELECT s.id
FROM trial_seats AS s, pg_sleep(0.1)
WHERE s.organization_id = :organization_id AND s.id = :second_id AND :first_id::uuid IS NOT NULL
FOR NO KEY UPDATE OF s;
