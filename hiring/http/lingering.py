"""How long a refused client is read on: a reset would take away the answer before it is read."""

LINGER_S = 2.0
LINGER_BYTES = 16 * 1024 * 1024
"""For so long, and so much."""
MAXIMUM_LINGERING = 100
"""So many at once; one more is cut off, and may not see why."""
