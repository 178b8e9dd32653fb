"""Planning the rides, pure: problem, plan, solver and independent check."""
