"""A whole district with invented people, for showing, trying and measuring the system."""
