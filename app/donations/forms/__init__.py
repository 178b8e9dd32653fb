"""The forms of donations, and the rows of donations.csv."""
