-- The commands that give the schema to the owner role; the others may use what a migration grants
-- them.
SELECT c.command
FROM (
    VALUES
        (1, format('ALTER SCHEMA public OWNER TO %%I', %(owner)s)),
        (2, 'REVOKE ALL ON SCHEMA public FROM PUBLIC'),
        (
            3,
            format(
                'GRANT USAGE ON SCHEMA public TO %%s',
                (SELECT string_agg(quote_ident(r), ', ') FROM unnest(%(roles)s::text[]) AS r)
            )
        )
) AS c (position, command)
ORDER BY c.position
