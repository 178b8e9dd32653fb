"""The ledger of meals, and what each meal was found to be entitled to."""
