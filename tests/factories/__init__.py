"""Home of the only way in which tests make rows and facts."""
