"""What migrations do, and the rules for them."""
