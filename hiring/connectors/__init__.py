"""What reaches the world outside the process. The only importers of drivers."""
