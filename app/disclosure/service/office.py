"""Home of who publishes the pages, as the settings say."""

from __future__ import annotations

from app.areas import queries as areas
from app.disclosure.service.book import Office
from config import Config


def office_of(config: Config) -> Office:
    """Give who publishes the pages: the office's name, or else the district's."""
    name = config.office_name or areas.labels([config.district])[config.district]
    return Office(name, config.complaint_phone, config.public_address.rstrip("/"), config.district)
