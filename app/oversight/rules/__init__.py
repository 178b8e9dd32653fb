"""The rules of oversight: what is asked of the facts below, and what follows from it."""
