-- Refusals: how a command tells why it changes nothing.
-- A command judges once, in one CASE, in the order in which clients are told. What it changes joins that judgement
-- `WHERE g.refusal IS NULL`; its last SELECT returns it. hiring/errors.py has the class of each code.
-- A condition that is NULL does not refuse. So compare as it stands what a client may leave out
-- (`l.version <> ALL (:expected_versions)`), and nothing else that may be NULL.

-- A refusal: the code of an error, and the state that the client should know of.
CREATE OR REPLACE FUNCTION refusal(code text, current json) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', code, 'current', current)
$$;

-- A refusal with a sentence of its own, where that of the code says too little.
CREATE OR REPLACE FUNCTION refusal(code text, current json, detail text) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', code, 'current', current, 'detail', detail)
$$;

-- A refusal of one field: its JSON pointer and the code of a finding (hiring/domain/findings.py).
-- The error is the one with the code of the finding, or else `invalid`.
CREATE OR REPLACE FUNCTION unfit(pointer text, finding text) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', finding, 'findings', json_build_object(pointer, finding))
$$;

-- A refusal of one field with a sentence of its own, where that of the finding says too little.
CREATE OR REPLACE FUNCTION unfit(pointer text, finding text, detail text) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', 'invalid', 'detail', detail, 'findings', json_build_object(pointer, finding))
$$;

-- A refusal of several fields at once: JSON pointer to the code of a finding.
CREATE OR REPLACE FUNCTION unfit_fields(findings json) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', 'invalid', 'findings', findings)
$$;

-- The same with a sentence of its own, where those of the findings say too little.
CREATE OR REPLACE FUNCTION unfit_fields(findings json, detail text) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', 'invalid', 'detail', detail, 'findings', findings)
$$;

-- The same with the questions of a form that the fields answer: pointer to an id or null.
CREATE OR REPLACE FUNCTION unfit_fields(findings json, question_ids json, detail text)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', 'invalid', 'detail', detail, 'findings', findings, 'question_ids', question_ids)
$$;

-- What a conflict tells of the row that it was found in.
CREATE OR REPLACE FUNCTION state_of(status text, version integer) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('status', status, 'version', version)
$$;

-- The same of another application of the candidate.
CREATE OR REPLACE FUNCTION state_of_other(application_id uuid, status text, version integer)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('application_id', application_id, 'status', status, 'version', version)
$$;

-- What a client reads whose If-Match names another version.
-- Rules: R4.
CREATE OR REPLACE FUNCTION version_mismatch(version integer) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('code', 'version_mismatch', 'current', json_build_object('version', version))
$$;

-- What a client reads who names a candidate that was merged: the one whom it is part of now.
-- Rules: D8, D9.
CREATE OR REPLACE FUNCTION candidate_merged(survivor_id uuid) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'code', 'candidate_merged', 'current', json_build_object('status', 'merged'), 'merged_into', survivor_id
    )
$$;
