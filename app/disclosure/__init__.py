"""What everybody may read without signing in: sites, hours, menus, policy, and the months' amounts (公示)."""
