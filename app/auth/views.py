"""Home of the pages of users: signing in and out, and who may."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug import Response

from app import clock
from app.access import Permission, public, require, signed_in, viewer
from app.auth import queries, service
from app.auth.forms import PasswordForm, PinForm, SignInForm, UserForm
from app.auth.models import User
from app.errors import DomainError
from app.extensions import login_manager
from app.text import text
from app.transaction import transaction
from app.web import throttle
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of

bp = Blueprint("auth", __name__)
login_manager.login_view = "auth.sign_in"
login_manager.login_message = None


@login_manager.user_loader
def _user(session_id: str) -> User | None:
    return queries.user_of_session(session_id)


@bp.get("/sign-in")
@public
def sign_in() -> str | Response:
    """Show the sign-in form."""
    if current_user.is_authenticated:
        return redirect(url_for("web.home"))
    return render_template("auth/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
def sign_in_now() -> str | Response | tuple[str, int]:
    """Sign in, then go to the page that was asked for."""
    throttle.count_attempt()
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form), 422
    try:
        with transaction():
            user = service.sign_in(form.username.data.strip(), form.password.data, at=clock.now())
    except DomainError as error:
        form.refuse(error)
        return render_template("auth/sign_in.html", form=form), 422
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    login_user(user)
    wanted = request.args.get("next", "")
    return redirect(
        wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else url_for("web.home")
    )


@bp.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """Sign out."""
    logout_user()
    return redirect(url_for("auth.sign_in"))


@bp.get("/pin")
@signed_in
def pin() -> str:
    """Show the form for one's own PIN."""
    return render_template("auth/pin.html", form=PinForm(), has_pin=current_user.pin_key is not None)


@bp.post("/pin")
@signed_in
def set_pin() -> Response | tuple[str, int]:
    """Set one's own PIN."""
    throttle.count_attempt()
    form = PinForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.set_own_pin(form.password.data, form.pin.data, by=viewer(), at=clock.now())
            notice(text("The PIN is set. Tablets of your site know it at their next contact."))
            return redirect(url_for("web.home"))
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/pin.html", form=form, has_pin=current_user.pin_key is not None), 422


@bp.get("/users")
@require(Permission.USERS_MANAGE)
def users() -> str:
    """Show who signs in."""
    return render_template("auth/users.html", page=page_of(queries.users()), form=EmptyForm())


@bp.get("/users/new")
@require(Permission.USERS_MANAGE)
def new_user() -> str:
    """Show the form for a new user."""
    return render_template("auth/user_new.html", form=UserForm())


@bp.post("/users/new")
@require(Permission.USERS_MANAGE)
def let_in() -> Response | tuple[str, int]:
    """Make a user."""
    form = UserForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.let_in(form.new_user(), by=viewer(), at=clock.now())
            notice(text("The user can sign in now."))
            return redirect(url_for("auth.users"))
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/user_new.html", form=form), 422


@bp.post("/users/<user_no>/active")
@require(Permission.USERS_MANAGE)
def set_active(user_no: str) -> Response:
    """Shut a user out, or let them in again."""
    with transaction():
        service.set_active(user_no, active=request.form.get("active") == "yes", by=viewer(), at=clock.now())
    return redirect(url_for("auth.users"))


@bp.get("/users/<user_no>/password")
@require(Permission.USERS_MANAGE)
def password(user_no: str) -> str:
    """Show the form for a new password."""
    return render_template("auth/password.html", form=PasswordForm(), user_no=user_no)


@bp.post("/users/<user_no>/password")
@require(Permission.USERS_MANAGE)
def set_password(user_no: str) -> Response | tuple[str, int]:
    """Give a user a new password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.set_password(user_no, form.password.data, by=viewer(), at=clock.now())
            notice(text("The new password holds from now on."))
            return redirect(url_for("auth.users"))
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/password.html", form=form, user_no=user_no), 422
