"""The queries of care; always ordered, and within a viewer's scope where residents are listed."""
