"""What a statement is, what it is the sum of, and how it proves itself. Pure."""
