"""The rules of the public page: its addresses, its map, and what may be shown of a month."""
