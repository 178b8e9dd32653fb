"""What happens at a counter with a tablet of its own: enrolled once, never losing a meal, never doubling one."""
