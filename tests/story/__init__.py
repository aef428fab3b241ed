"""The story that the examples of `/openapi.json` tell: it is sent, and what was answered is compared."""
