"""The people aged 60+: identity, address, dated categories, living status."""
