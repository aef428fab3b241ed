-- Why:    reports read ClickHouse, which gets every event of the feed once as a fact.
-- Why:    an insert is on the disk before the watermark passes it, so a loss of power loses no fact behind it.
-- Undo:   0001_create_facts.down.sql drops all facts; `hiring analytics rebuild` brings them back from the feed.

CREATE TABLE IF NOT EXISTS facts (
    organization_id UUID,
    event_id UUID,
    position UInt64,
    type LowCardinality(String),
    aggregate_type LowCardinality(String),
    aggregate_id UUID,
    aggregate_version UInt32,
    occurred_at DateTime64(6, 'UTC'),
    actor_type LowCardinality(String),
    user_id UUID,
    job_id UUID,
    application_id UUID,
    opening_id UUID,
    stage_id UUID,
    stage_kind LowCardinality(String),
    source_id UUID,
    post_id UUID,
    reason_id UUID,
    status LowCardinality(String),
    applied_at DateTime64(6, 'UTC'),
    INDEX facts_position position TYPE minmax
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (organization_id, toDate(occurred_at), type, event_id)
SETTINGS min_age_to_force_merge_seconds = 600, min_age_to_force_merge_on_partition_only = 1, fsync_after_insert = 1,
         fsync_part_directory = 1
COMMENT 'An event in a row: ids, enums, numbers and dates. A repeated row takes the place of the one before it. What an event does not tell is a zero UUID, an empty text, or 1970.';

CREATE TABLE IF NOT EXISTS applications (
    organization_id UUID,
    job_id UUID,
    application_id UUID,
    source_id SimpleAggregateFunction(max, UUID),
    entered SimpleAggregateFunction(min, Tuple(version UInt32, at DateTime64(6, 'UTC'))),
    furthest SimpleAggregateFunction(max, Int8),
    last SimpleAggregateFunction(max, Tuple(
        version UInt32,
        change Enum8('submitted' = 1, 'moved' = 2, 'rejected' = 3, 'withdrawn' = 4, 'reopened' = 5, 'hired' = 6,
                     'unhired' = 7, 'transferred' = 8),
        at DateTime64(6, 'UTC')
    )),
    recorded_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    position SimpleAggregateFunction(max, UInt64),
    steps SimpleAggregateFunction(groupUniqArrayArray, Array(Tuple(
        version UInt32,
        change Enum8('submitted' = 1, 'moved' = 2, 'rejected' = 3, 'withdrawn' = 4, 'reopened' = 5, 'hired' = 6,
                     'unhired' = 7, 'transferred' = 8),
        rank Int8,
        at DateTime64(6, 'UTC'),
        recorded_at DateTime64(6, 'UTC')
    )))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(UUIDv7ToDateTime(application_id))
ORDER BY (organization_id, job_id, application_id)
SETTINGS min_age_to_force_merge_seconds = 600, min_age_to_force_merge_on_partition_only = 1, fsync_after_insert = 1,
         fsync_part_directory = 1
COMMENT 'An application in a row, with its history. The same step again changes nothing, in whatever order steps come. rank: of the kind of the stage entered, 0 lead, 1 review, 2 screen, 3 assessment, 4 interview, 5 offer, 6 hired, -1 none. at: when it happened; recorded_at: when the service was told. What all steps together say stands beside them, because histories take much longer to read: entered, the first step of a rank that is not for leads, version 4294967295 without one; furthest, the highest rank but those of hires; last, the last step; recorded_at and position, of the last one. An application stays in the partition of the month in which it got its id, and a fact in that of its moment: FINAL merges within a partition only, and a quiet partition becomes one part, in which there is nothing to merge.';

CREATE MATERIALIZED VIEW IF NOT EXISTS facts_to_applications TO applications AS
SELECT organization_id, job_id, application_id, max(s.source_id) AS source_id,
       min(if(s.rank >= 1, (s.version, s.at), (4294967295, toDateTime64(0, 6, 'UTC')))) AS entered,
       max(if(s.change = 'hired', -1, s.rank)) AS furthest,
       max((s.version, s.change, s.at)) AS last,
       max(s.recorded) AS recorded_at,
       max(s.position) AS position,
       groupUniqArray((s.version, s.change, s.rank, s.at, s.recorded)) AS steps
FROM (
    SELECT organization_id, job_id, application_id, source_id, position, aggregate_version AS version,
           CAST(transform(type, ['application.stage_changed'], ['moved'], substring(type, 13)),
                'Enum8(\'submitted\' = 1, \'moved\' = 2, \'rejected\' = 3, \'withdrawn\' = 4, \'reopened\' = 5, \'hired\' = 6, \'unhired\' = 7, \'transferred\' = 8)') AS change,
           CAST(transform(stage_kind, ['lead', 'review', 'screen', 'assessment', 'interview', 'offer', 'hired'],
                          [0, 1, 2, 3, 4, 5, 6], -1), 'Int8') AS rank,
           if(type = 'application.submitted', applied_at, occurred_at) AS at, occurred_at AS recorded
    FROM facts
    WHERE type IN ('application.submitted', 'application.stage_changed', 'application.rejected',
                   'application.withdrawn', 'application.reopened', 'application.hired', 'application.unhired',
                   'application.transferred')
) AS s
GROUP BY organization_id, job_id, application_id;

CREATE TABLE IF NOT EXISTS openings (
    organization_id UUID,
    job_id UUID,
    opening_id UUID,
    steps SimpleAggregateFunction(groupUniqArrayArray, Array(Tuple(
        version UInt32,
        change Enum8('created' = 1, 'filled' = 2, 'closed' = 3, 'reopened' = 4),
        at DateTime64(6, 'UTC')
    )))
)
ENGINE = AggregatingMergeTree
ORDER BY (organization_id, job_id, opening_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'An opening in a row, with its history, as applications have theirs.';

CREATE MATERIALIZED VIEW IF NOT EXISTS facts_to_openings TO openings AS
SELECT organization_id, job_id, opening_id,
       groupUniqArray((
           aggregate_version,
           CAST(substring(type, 9), 'Enum8(\'created\' = 1, \'filled\' = 2, \'closed\' = 3, \'reopened\' = 4)'),
           occurred_at
       )) AS steps
FROM facts
WHERE type IN ('opening.created', 'opening.filled', 'opening.closed', 'opening.reopened')
GROUP BY organization_id, job_id, opening_id;

CREATE TABLE IF NOT EXISTS jobs (
    organization_id UUID,
    job_id UUID,
    steps SimpleAggregateFunction(groupUniqArrayArray, Array(Tuple(
        version UInt32, status String, at DateTime64(6, 'UTC')
    )))
)
ENGINE = AggregatingMergeTree
ORDER BY (organization_id, job_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'A job in a row, with the history of its status.';

CREATE MATERIALIZED VIEW IF NOT EXISTS facts_to_jobs TO jobs AS
SELECT organization_id, job_id, groupUniqArray((aggregate_version, CAST(status, 'String'), occurred_at)) AS steps
FROM facts
WHERE type = 'job.status_changed'
GROUP BY organization_id, job_id;
