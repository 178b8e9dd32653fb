"""What every page shares: base form, filters, errors, paging."""
