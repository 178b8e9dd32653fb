"""What each canteen gets for a year of running: assessed, reckoned, approved by another, paid in parts."""
