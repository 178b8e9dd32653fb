"""The pages of users: signing in and out, one's own account, and who may come in."""

from app.auth.views import account, factor, requests, sign_in, users
from app.auth.views.blueprint import bp
from app.auth.views.sign_in import first_things

__all__ = ["account", "bp", "factor", "first_things", "requests", "sign_in", "users"]
