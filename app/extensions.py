"""Home of the unbound extension objects; create_app() binds them."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

db = SQLAlchemy(engine_options={"pool_pre_ping": True})
babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
