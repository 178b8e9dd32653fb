"""What is decided about tablets and what they send, pure."""
