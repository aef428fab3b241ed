"""The statements that ClickHouse answers: its engine, started for a check, tells what they read, take and give."""
