"""The system that runs elder meal assistance, from registration to statement and to the door."""

from __future__ import annotations

from flask import Flask

from app import access, cli, processes
from app.audit.views import bp as audit_bp
from app.auth.views import bp as auth_bp
from app.auth.views import first_things
from app.awards.views import bp as awards_bp
from app.canteens.views import bp as canteens_bp
from app.delivery.views import bp as delivery_bp
from app.delivery.views import credential as rider_credential
from app.delivery.views import family_door
from app.delivery.views.family_days import bp as family_bp
from app.delivery.views.ride import bp as ride_bp
from app.delivery.views.ride_api import bp as rides_api_bp
from app.donations.views import bp as donations_bp
from app.extensions import babel, csrf, db, login_manager
from app.meals.views import bp as meals_bp
from app.oversight.views import bp as oversight_bp
from app.privacy.views import bp as privacy_bp
from app.residents.views import bp as residents_bp
from app.sealing import keyring
from app.settlement.views import bp as settlement_bp
from app.subsidy.views import bp as subsidy_bp
from app.till.views import bp as till_bp
from app.till.views import credential
from app.till.views.api import bp as tablets_api_bp
from app.till.views.office import bp as tablets_bp
from app.upkeep.views import bp as upkeep_bp
from app.web import compression, errors, filters, logs, security, throttle
from app.web.language import LANGUAGES, chosen_language
from app.web.navigation import doors
from app.web.views import bp as web_bp
from config import Config, configured

BLUEPRINTS = (
    web_bp,
    auth_bp,
    audit_bp,
    residents_bp,
    privacy_bp,
    canteens_bp,
    subsidy_bp,
    meals_bp,
    till_bp,
    tablets_api_bp,
    tablets_bp,
    settlement_bp,
    donations_bp,
    awards_bp,
    delivery_bp,
    ride_bp,
    rides_api_bp,
    family_bp,
    oversight_bp,
    upkeep_bp,
)


def create_app(config: Config | None = None) -> Flask:
    """Build the application: the table of contents of the system."""
    config = config or configured()
    app = Flask(__name__)
    app.config.from_mapping(config.for_flask(), MEAL_CIRCLE=config)
    keyring.load(config.sealing_key_bytes, older=config.older_keys, index_key=config.index_key_bytes)
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    db.init_app(app)
    babel.init_app(app, locale_selector=chosen_language)
    login_manager.init_app(app)

    logs.install(app)
    csrf.init_app(app)  # What it refuses is logged and counted like every other answer.
    filters.install(app)
    errors.install(app)
    security.install(app)
    compression.install(app, also=frozenset({till_bp.name, ride_bp.name}))
    throttle.install(app)
    credentials = {
        "tablet": credential.refusal,
        "rider": rider_credential.refusal,
        "family": family_door.refusal,
    }
    access.guard(app, credentials, detour=first_things)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        doors=doors, may=access.may, Permission=access.Permission, LANGUAGES=LANGUAGES
    )
    cli.install(app)
    processes.install(app, create_app)
    return app
