"""The pages of complaints: the office's, those at the table, and the address for tablets."""

from app.complaints.views import acts as _acts  # noqa: F401 - puts its pages on the blueprint
from app.complaints.views import desk as _desk  # noqa: F401 - as above
from app.complaints.views import links as _links  # noqa: F401 - as above
from app.complaints.views import settings as _settings  # noqa: F401 - as above
from app.complaints.views import sheets as _sheets  # noqa: F401 - as above
from app.complaints.views.blueprint import bp

__all__ = ["bp"]
