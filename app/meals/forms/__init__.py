"""What a person or a file fills in about meals."""
