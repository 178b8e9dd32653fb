"""Minutes between two doors."""
