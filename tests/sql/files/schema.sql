CREATE TABLE trial_jobs (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    status text NOT NULL DEFAULT 'open' CONSTRAINT trial_jobs_status_known CHECK (status IN ('open', 'closed')),
    PRIMARY KEY (organization_id, id)
);
CREATE TABLE trial_seats (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    holder text,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT trial_seats_holder_taken UNIQUE (organization_id, holder),
    CONSTRAINT trial_seats_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES trial_jobs (organization_id, id)
);
CREATE INDEX trial_seats_by_job ON trial_seats (organization_id, job_id);
CREATE TABLE trial_notes (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    key text,
    body text,
    labels text[] NOT NULL DEFAULT '{}',
    readers uuid[] NOT NULL DEFAULT '{}',
    facts jsonb NOT NULL DEFAULT '{}',
    noted_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id)
);
GRANT SELECT, INSERT, UPDATE ON trial_jobs, trial_seats, trial_notes TO hiring_command, hiring_worker;
GRANT SELECT ON trial_jobs, trial_seats, trial_notes TO hiring_query;
