"""What everything else stands on: ids, logs and supervised tasks."""
