"""One module per queue of the worker."""
