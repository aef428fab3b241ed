-- The commands that make the database, owned by the owner role and closed to whoever is not named.
SELECT c.command
FROM (
    VALUES
        (
            1, NOT EXISTS (SELECT 1 FROM pg_database AS d WHERE d.datname = %(database)s),
            format(
                'CREATE DATABASE %%I OWNER %%I TEMPLATE template0 ENCODING ''UTF8''',
                %(database)s, %(owner)s
            )
        ),
        (2, true, format('ALTER DATABASE %%I OWNER TO %%I', %(database)s, %(owner)s)),
        (3, true, format('REVOKE ALL ON DATABASE %%I FROM PUBLIC', %(database)s)),
        (
            4, true,
            format(
                'GRANT CONNECT ON DATABASE %%I TO %%s',
                %(database)s,
                (SELECT string_agg(quote_ident(r), ', ') FROM unnest(%(roles)s::text[]) AS r)
            )
        ),
        -- settled_until() belongs to the owner and asks which transactions are running
        (5, true, format('GRANT pg_read_all_stats TO %%I', %(owner)s))
) AS c (position, is_needed, command)
WHERE c.is_needed
ORDER BY c.position
