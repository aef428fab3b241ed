"""The REST API: `routes.py` is all of it on a page, then one module per noun."""
