"""What is given for meals, and what of it each meal was given."""
