"""The queries on personal data, wherever it is kept."""
