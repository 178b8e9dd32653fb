"""What is promised about personal data: the keys that seal it, how long it stays, what a person may ask."""
