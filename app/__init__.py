"""The system that runs elder meal assistance, from registration to statement and to the door."""

from __future__ import annotations

from app import access, cli, processes
from app.extensions import babel, csrf, db, login_manager
from app.late import Application, late
from app.roles import Permission
from app.sealing import keyring
from app.web import compression, errors, filters, logs, security, throttle, watermark
from app.web.language import LANGUAGES, chosen_language
from app.web.navigation import doors
from config import Config, configured

PAGES = (
    "app.web.views:bp",
    "app.auth.views:bp",
    "app.audit.views:bp",
    "app.jobs.views:bp",
    "app.residents.views:bp",
    "app.privacy.views:bp",
    "app.canteens.views:bp",
    "app.subsidy.views:bp",
    "app.meals.views:bp",
    "app.till.views:bp",
    "app.till.views.api:bp",
    "app.till.views.office:bp",
    "app.settlement.views:bp",
    "app.donations.views:bp",
    "app.awards.views:bp",
    "app.disclosure.views:bp",
    "app.disclosure.views.public:bp",
    "app.delivery.views:bp",
    "app.delivery.views.ride:bp",
    "app.delivery.views.ride_api:bp",
    "app.delivery.views.family_days:bp",
    "app.care.views:bp",
    "app.complaints.views:bp",
    "app.complaints.views.tablet_api:bp",
    "app.complaints.views.voice:bp",
    "app.oversight.views:bp",
    "app.upkeep.views:bp",
)
"""The blueprints, loaded when the first page or command is asked for."""

SAME_FOR_ALL = frozenset({"till", "ride", "public"})
"""The blueprints of pages that hold no token: a browser keeps them, and they go out compressed."""

CREDENTIALS = {
    "tablet": late("app.till.views.credential:refusal"),
    "rider": late("app.delivery.views.credential:refusal"),
    "family": late("app.delivery.views.family_door:refusal"),
}
"""What looks at a request that no user makes, by what its endpoint asks for."""


def create_app(config: Config | None = None) -> Application:
    """Build the application: the table of contents of the system."""
    config = config or configured()
    app = Application(__name__)
    app.config.from_mapping(config.for_flask(), MEAL_CIRCLE=config)
    keyring.load(
        config.sealing_key_bytes,
        older=config.older_keys,
        index_key=config.index_key_bytes,
        lookup_key=config.lookup_key_bytes,
        older_lookups=config.older_lookup_keys,
    )
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    db.init_app(app)
    babel.init_app(app, locale_selector=chosen_language)
    login_manager.init_app(app)

    logs.install(app)
    csrf.init_app(app)  # What it refuses is logged and counted like every other answer.
    filters.install(app)
    errors.install(app)
    security.install(app)
    compression.install(app, also=SAME_FOR_ALL)
    throttle.install(app)
    watermark.install(app)
    access.guard(app, CREDENTIALS, detour=late("app.auth.views:first_things"))
    app.jinja_env.globals.update(doors=doors, may=access.may, Permission=Permission, LANGUAGES=LANGUAGES)
    cli.install(app)
    processes.install(app, create_app)
    app.pages(PAGES)
    return app
