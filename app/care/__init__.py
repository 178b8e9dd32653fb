"""Care: who did not come and is called, who was visited this month, and whose life changed by a list."""
