"""The vocabulary and decisions of awards, pure."""
