"""The official administrative places: districts, streets, communities."""
