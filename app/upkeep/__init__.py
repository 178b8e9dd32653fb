"""Keeping the system alive: whether it is ready, what its machines are told, and its backups."""
