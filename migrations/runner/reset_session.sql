-- Takes back what an earlier file set for the session.
RESET ALL
