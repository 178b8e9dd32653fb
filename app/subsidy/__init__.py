"""What a meal and a site are entitled to, by dated policy."""
