"""The Hiring API: a headless applicant tracking system."""
