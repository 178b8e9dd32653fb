"""Oversight, across the packages: what is wrong today, what comes, who is not reached; it only reads them."""
