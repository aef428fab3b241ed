-- Why:    of two applications to a job that a merge of candidates made one, reports count the one that stays.
--         Two columns of applications are written anew.
-- Undo:   0002_tell_merged_applications.down.sql; the applications that merges ended count as withdrawn.

ALTER TABLE applications
    MODIFY COLUMN last SimpleAggregateFunction(max, Tuple(
        version UInt32,
        change Enum8('submitted' = 1, 'moved' = 2, 'rejected' = 3, 'withdrawn' = 4, 'reopened' = 5, 'hired' = 6,
                     'unhired' = 7, 'transferred' = 8, 'merged' = 9),
        at DateTime64(6, 'UTC')
    )),
    MODIFY COLUMN steps SimpleAggregateFunction(groupUniqArrayArray, Array(Tuple(
        version UInt32,
        change Enum8('submitted' = 1, 'moved' = 2, 'rejected' = 3, 'withdrawn' = 4, 'reopened' = 5, 'hired' = 6,
                     'unhired' = 7, 'transferred' = 8, 'merged' = 9),
        rank Int8,
        at DateTime64(6, 'UTC'),
        recorded_at DateTime64(6, 'UTC')
    )));

ALTER TABLE facts_to_applications MODIFY QUERY
SELECT organization_id, job_id, application_id, max(s.source_id) AS source_id,
       min(if(s.rank >= 1, (s.version, s.at), (4294967295, toDateTime64(0, 6, 'UTC')))) AS entered,
       max(if(s.change = 'hired', -1, s.rank)) AS furthest,
       max((s.version, s.change, s.at)) AS last,
       max(s.recorded) AS recorded_at,
       max(s.position) AS position,
       groupUniqArray((s.version, s.change, s.rank, s.at, s.recorded)) AS steps
FROM (
    SELECT organization_id, job_id, application_id, source_id, position, aggregate_version AS version,
           CAST(multiIf(type = 'application.stage_changed', 'moved', status = 'merged', 'merged', substring(type, 13)),
                'Enum8(\'submitted\' = 1, \'moved\' = 2, \'rejected\' = 3, \'withdrawn\' = 4, \'reopened\' = 5, \'hired\' = 6, \'unhired\' = 7, \'transferred\' = 8, \'merged\' = 9)') AS change,
           CAST(transform(stage_kind, ['lead', 'review', 'screen', 'assessment', 'interview', 'offer', 'hired'],
                          [0, 1, 2, 3, 4, 5, 6], -1), 'Int8') AS rank,
           if(type = 'application.submitted', applied_at, occurred_at) AS at, occurred_at AS recorded
    FROM facts
    WHERE type IN ('application.submitted', 'application.stage_changed', 'application.rejected',
                   'application.withdrawn', 'application.reopened', 'application.hired', 'application.unhired',
                   'application.transferred')
) AS s
GROUP BY organization_id, job_id, application_id;
