"""Home of telling how far the work is."""

from __future__ import annotations

from collections.abc import Callable

from app.text import Text

Tell = Callable[[Text], None]
"""Takes a sentence for whoever is waiting."""
