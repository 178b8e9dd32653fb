"""Home of what keeping the system alive decides: what a backup says of itself, and how figures are told."""
