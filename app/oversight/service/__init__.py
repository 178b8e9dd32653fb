"""The verbs of oversight: they write what oversight itself keeps, and nothing below it."""
