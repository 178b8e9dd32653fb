"""The pages of what is published: the office's own, and those for everybody."""

from app.disclosure.views import desk
from app.disclosure.views.blueprint import bp

__all__ = ["bp", "desk"]
