"""What reads `/openapi.json`: linters, generated clients that walk from registration to hire."""
