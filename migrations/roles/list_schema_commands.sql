-- The commands that give the schema to the owner role; the others may use what a migration grants
-- them. The extension needs a superuser, so it is no migration.
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
        ),
        (4, 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
) AS c (position, command)
ORDER BY c.position
