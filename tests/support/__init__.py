"""Home of what tests stand on and do not see: a database server, copies of databases, page rules."""
