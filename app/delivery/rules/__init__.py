"""The vocabulary of delivery and what is decided about it, pure."""
