"""ClickHouse for a machine without containers: its engine behind its own HTTP protocol, in one process.

The engine (chdb) lets one process own a directory. This one does, and speaks to clients as a ClickHouse server would:
`https://clickhouse.com/docs/interfaces/http`. It is for development and tests, on loopback: the engine has no users of
its own, so a client with the password may do everything, also read the files of the user who runs it. Left out are
sessions (`session_id` is ignored), external tables, and compressed answers.
"""
