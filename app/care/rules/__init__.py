"""The rules of care: who is a regular, when a meal is missed, whom to visit, and what a list says. Pure."""
