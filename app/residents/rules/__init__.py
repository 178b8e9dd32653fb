"""The vocabulary of residents and what is decided about them, pure."""
