"""The verbs on sites: register, edit, set a price, import a file."""

from app.areas.service import seed_areas
from app.canteens.service.sites import edit_site, facts_changed, import_sites, register_site, set_price

__all__ = ["edit_site", "facts_changed", "import_sites", "register_site", "seed_areas", "set_price"]
