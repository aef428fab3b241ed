"""The rules of hiring: pure functions over facts. No I/O, no clock, no randomness."""
