"""`/openapi.json`: the document that the operations make, and what breaks clients between two versions of it."""
