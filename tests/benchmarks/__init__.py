"""The tests of what measures the service."""
