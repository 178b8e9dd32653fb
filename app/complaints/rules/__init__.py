"""The vocabulary of complaints, and every decision about them."""
