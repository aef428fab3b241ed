"""The guide at `/docs`: Markdown from `docs/guide`, rendered once when the process starts."""
