"""The pages of sites: what they are, when they are open, what they cook."""

from app.canteens.views import menus, opening, sites
from app.canteens.views.blueprint import bp

__all__ = ["bp", "menus", "opening", "sites"]
