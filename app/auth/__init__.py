"""Who signs in: users, their roles and their scope."""
