"""The package of work that takes longer than a page may: asked for, done beside, told truthfully."""
