"""Home of the pages of signing in, in one step or two, and out."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from werkzeug import Response

from app import clock
from app.access import public, signed_in, viewer
from app.asking import asked_by
from app.auth import queries, service
from app.auth.forms import CodeForm, SignInForm
from app.auth.models import User
from app.auth.rules import needs_second_factor
from app.auth.service.factor import offer_factor
from app.auth.views.blueprint import REFUSED, Answer, bp, config, enter
from app.clock import SHANGHAI
from app.errors import DomainError
from app.extensions import login_manager
from app.transaction import transaction
from app.web import throttle

_SECOND_STEP = "second_step"
_SEEN = "seen"
_SECONDS_BETWEEN_STEPS = 300
_BEFORE_ALL_ELSE = {
    "auth.change_password",
    "auth.own_password",
    "auth.password_rules",
    "auth.begin_factor",
    "auth.factor",
    "auth.prove_factor",
    "auth.sign_out",
}
login_manager.login_view = "auth.sign_in"
login_manager.login_message = None


@login_manager.user_loader
def _user(token: str) -> User | None:
    at = clock.now()
    user = queries.user_of_session(service.token_hash(token), at=at)
    if user is None or (_rested(at) and needs_second_factor(user.role_set)):
        return None
    session[_SEEN] = int(at.timestamp())
    asked_by.set(f"{user.user_no} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    user.session_token = token
    return user


@bp.teardown_app_request
def _forget_who_asked(_error: BaseException | None) -> None:
    """Leave nobody's mark to whoever this thread serves next."""
    asked_by.set("")


def _rested(at: datetime) -> bool:
    """Tell whether this browser has asked for nothing for too long, for somebody who could do harm."""
    seen = session.get(_SEEN)
    return seen is not None and at.timestamp() - seen > config().strict_session_minutes * 60


def first_things() -> ResponseReturnValue | None:
    """Lead to choosing a password of one's own, or to the second factor, before anything else is done."""
    if request.endpoint in _BEFORE_ALL_ELSE:
        return None
    if current_user.password_until is not None:
        return redirect(url_for("auth.own_password"))
    if config().needs_second_factors and current_user.lacks_factor:
        return redirect(url_for("auth.factor"))
    return None


@bp.get("/sign-in")
@public
def sign_in() -> Answer:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect(url_for("web.home"))
    return render_template("auth/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
def sign_in_now() -> Answer:
    """Take name and password: whoever has a second factor is asked for it next, others are in."""
    throttle.count_attempt()
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form), REFUSED
    username, at = form.username.data.strip(), clock.now()
    throttle.count_attempt_on(username, step="password")
    try:
        with transaction():
            user = service.sign_in(username, form.password.data, at=at)
            if not user.has_factor:
                service.begin_session(user, lasts_minutes=config().session_limit_minutes, at=at)
                if config().needs_second_factors and user.lacks_factor:
                    offer_factor(user, at=at)
    except DomainError as error:
        with transaction():
            service.note_refusal(username, step="password", at=at)
        form.refuse(error)
        return render_template("auth/sign_in.html", form=form), REFUSED
    throttle.forgive(username, step="password")
    wanted = _page_of_ours(request.args.get("next", ""))
    if user.has_factor:
        session[_SECOND_STEP] = {"user_no": user.user_no, "since": int(at.timestamp()), "next": wanted}
        return redirect(url_for("auth.second_step"))
    enter(user)
    return redirect(wanted)


@bp.get("/sign-in/code")
@public
def second_step() -> Answer:
    """Show the form for the second step."""
    if _waiting() is None:
        return redirect(url_for("auth.sign_in"))
    return render_template("auth/second_step.html", form=CodeForm())


@bp.post("/sign-in/code")
@public
def second_step_now() -> Answer:
    """Take the code, then go to the page that was asked for."""
    throttle.count_attempt()
    waiting = _waiting()
    if waiting is None:
        return redirect(url_for("auth.sign_in"))
    form, user_no, at = CodeForm(), waiting["user_no"], clock.now()
    if not form.validate_on_submit():
        return render_template("auth/second_step.html", form=form), REFUSED
    throttle.count_attempt_on(user_no, step="code")
    try:
        with transaction():
            user = service.check_second_step(user_no, form.code.data, at=at)
            service.begin_session(user, lasts_minutes=config().session_limit_minutes, at=at)
    except DomainError as error:
        with transaction():
            service.note_refusal(user_no, step="code", at=at)
        form.refuse(error)
        return render_template("auth/second_step.html", form=form), REFUSED
    throttle.forgive(user_no, step="code")
    enter(user)
    return redirect(waiting["next"])


def _waiting() -> dict[str, str] | None:
    """Give who has shown their password here a moment ago; None: nobody."""
    waiting = session.get(_SECOND_STEP)
    if waiting is None or clock.now().timestamp() - waiting["since"] > _SECONDS_BETWEEN_STEPS:
        return None
    return {"user_no": waiting["user_no"], "next": waiting["next"]}


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """Sign out: the session ends on the server, so that a copy of its cookie opens nothing."""
    with transaction():
        service.end_session(current_user.session_token, by=viewer(), at=clock.now())
    logout_user()
    return redirect(url_for("auth.sign_in"))


def _page_of_ours(wanted: str) -> str:
    """Give the address that was asked for if it is one of ours, else the home page."""
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if is_ours and not parts.scheme else url_for("web.home")
