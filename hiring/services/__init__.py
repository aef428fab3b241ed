"""Business services: tokens, passwords, mail, files, limits."""
