"""Reading a table from a CSV or XLSX file into checked rows, each fault with its line, reason and remedy."""
