"""What the demo district looks like, made from a seed alone, pure."""
