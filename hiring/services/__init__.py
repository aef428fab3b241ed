"""Business services and outbound effects: tokens, passwords, limits, mail, files."""
