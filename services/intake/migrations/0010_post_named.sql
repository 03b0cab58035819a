-- Which units name a job of a person stands in the person's history from now on, so that the end of the job is told to them. Of what was
-- said until now it is written here, one line each, as if it had been known from the beginning; a line that comes twice means nothing.
INSERT INTO subject AS known (kind, id, municipality, version, tail)
SELECT 'person', person, min(municipality), 1, convert_to(string_agg(line, ''), 'UTF8')
FROM (
    SELECT DISTINCT ON (s.id, a.person, a.job) a.person, u.municipality,
        concat_ws(E'\t', 'record.post-named.v1', gen_random_uuid(), 0, 1, 1, 0, '')
        || jsonb_build_object('municipality', u.municipality, 'unit_id', s.id, 'person_key', a.person, 'employment_id', a.job)::text
        || E'\n' AS line
    FROM statement s
    JOIN subject u ON u.kind = s.kind AND u.id = s.id
    CROSS JOIN LATERAL (
        SELECT (s.body::jsonb ->> 'person_key')::uuid AS person, (s.body::jsonb ->> 'employment_id')::uuid AS job
    ) a
    WHERE s.kind = 'unit' AND s.to_kind IS NULL
      AND s.type IN ('hr.leader-appointed.v1', 'hr.deputy-appointed.v1', 'hr.role-assigned.v1')
) named
GROUP BY person
ON CONFLICT (kind, id) DO UPDATE SET tail = known.tail || excluded.tail, version = known.version + 1 WHERE NOT known.erased;
