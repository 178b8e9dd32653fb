"""The pages of oversight: its own home page, and what each of its parts shows."""

from app.oversight.views import coverage as _coverage  # noqa: F401 - puts its pages on the blueprint
from app.oversight.views import forecast as _forecast  # noqa: F401 - as above
from app.oversight.views import overview as _overview  # noqa: F401 - as above
from app.oversight.views.blueprint import bp

__all__ = ["bp"]
