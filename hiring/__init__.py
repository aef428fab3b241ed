"""The Hiring API: a headless applicant tracking system."""

VERSION = "0.1.0"
