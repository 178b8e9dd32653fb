"""One site, one month: what the fund owes, and its papers."""
