"""The verbs of the public page: publish a month, measure circles, write pages and folders."""
