"""Reads SQL files and the Python that sends their statements."""
