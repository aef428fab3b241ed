"""How much the tests notice: small slips are put into the code, one at a time, and tests must fail."""
