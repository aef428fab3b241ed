-- Why:   the law of many places demands the pay in job posts, or forbids to ask what applicants earned: data, with dates.
-- Locks: none.
-- Undo:  0109_create_pay_disclosure_rules.down.sql drops the table: posts are published whatever these laws say.

CREATE TABLE pay_disclosure_rules (
    place text NOT NULL
        CONSTRAINT pay_disclosure_rules_place_formed CHECK (place ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
    begins_on date NOT NULL,
    kind text NOT NULL
        CONSTRAINT pay_disclosure_rules_kind_known CHECK (kind IN ('in_post', 'before_interview')),
    is_salary_history_refused boolean NOT NULL,
    law text NOT NULL,
    sources text[] NOT NULL
        CONSTRAINT pay_disclosure_rules_sources_given CHECK (cardinality(sources) > 0),
    read_on date NOT NULL,
    PRIMARY KEY (place, begins_on)
);
COMMENT ON TABLE pay_disclosure_rules IS 'Laws on pay in hiring, the same for every tenant; migrations alone write it, and each row adds to earlier ones.';
COMMENT ON COLUMN pay_disclosure_rules.place IS 'A country (ISO 3166-1) or a part of one (ISO 3166-2).';
COMMENT ON COLUMN pay_disclosure_rules.begins_on IS 'The first day on which it holds.';
COMMENT ON COLUMN pay_disclosure_rules.kind IS 'Whether applicants are told the pay in the post, or at the latest before the interview.';
COMMENT ON COLUMN pay_disclosure_rules.is_salary_history_refused IS 'Whether applicants may not be asked what they earned before.';
COMMENT ON COLUMN pay_disclosure_rules.sources IS 'Public addresses that say so.';
COMMENT ON COLUMN pay_disclosure_rules.read_on IS 'The day on which the sources were read.';

GRANT SELECT ON pay_disclosure_rules TO hiring_command, hiring_query;
