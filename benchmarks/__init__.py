"""Measurements of the service from outside, each a script."""
