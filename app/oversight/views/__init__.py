"""The pages of oversight: its own home page, and what each of its parts shows."""

from app.oversight.service import personal as _personal  # noqa: F401 - puts its part into reports and erasing
from app.oversight.views import calls as _calls  # noqa: F401 - puts its pages on the blueprint
from app.oversight.views import cases as _cases  # noqa: F401 - as above
from app.oversight.views import checks as _checks  # noqa: F401 - as above
from app.oversight.views import coverage as _coverage  # noqa: F401 - as above
from app.oversight.views import dashboard as _dashboard  # noqa: F401 - as above
from app.oversight.views import forecast as _forecast  # noqa: F401 - as above
from app.oversight.views import overview as _overview  # noqa: F401 - as above
from app.oversight.views import papers as _papers  # noqa: F401 - as above
from app.oversight.views import purchases as _purchases  # noqa: F401 - as above
from app.oversight.views.blueprint import bp

__all__ = ["bp"]
