"""What people complain of and wish for (诉求): taken in, answered in time, called back about, counted."""
