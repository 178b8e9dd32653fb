"""The forms of oversight; each part has its own file."""
