"""The pages of donations: the ledger for finance, and what donors see."""

from app.donations.views import acts as _acts  # noqa: F401 - puts its pages on the blueprint
from app.donations.views import books as _books  # noqa: F401 - as above
from app.donations.views import public as _public  # noqa: F401 - as above
from app.donations.views.blueprint import bp

__all__ = ["bp"]
