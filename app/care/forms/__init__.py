"""The forms of care."""
