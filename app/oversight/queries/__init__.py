"""The queries of oversight: facts of the packages below, gathered in few statements."""
