"""The verbs of care: watch a sitting, follow up a missed meal, write down a visit, write files."""
