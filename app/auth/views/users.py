"""Home of the pages on accounts: who signs in, letting in, shutting out, and asking a second person."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries, service
from app.auth.forms import AskForm, PasswordForm, RolesForm, UserForm
from app.auth.rules import Act, act_name
from app.auth.rules.factor import needs_second_factor
from app.auth.rules.roles import rows_of_conflicts
from app.auth.views.blueprint import REFUSED, Answer, bp, known
from app.errors import DomainError
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of


@bp.get("/users")
@require(Permission.USERS_VIEW)
def users() -> str:
    """Show who signs in."""
    page = page_of(queries.users(viewer().scope))
    waiting = queries.acts_waiting([user.id for user in page.rows])
    return render_template("auth/users.html", page=page, waiting=waiting, act_name=act_name)


@bp.get("/users/roles")
@require(Permission.USERS_VIEW)
def roles() -> str:
    """Show which roles one person never holds together, and why."""
    return render_template(
        "auth/roles.html", conflicts=rows_of_conflicts(), needs_second_factor=needs_second_factor
    )


@bp.get("/users/new")
@require(Permission.USERS_MANAGE)
def new_user() -> str:
    """Show the form for a new user."""
    return render_template("auth/user_new.html", form=UserForm())


@bp.post("/users/new")
@require(Permission.USERS_MANAGE)
def let_in() -> Answer:
    """Make a user, who comes in at once or waits for a second person."""
    form = UserForm()
    if form.validate_on_submit():
        try:
            with transaction():
                user = service.take_on(form.new_user(), by=viewer(), at=clock.now())
                user_no, is_in = user.user_no, user.is_active
            if is_in:
                notice(text("The user can sign in now."))
            else:
                notice(text("The user can sign in once a security administrator has confirmed it."))
            return redirect(url_for("auth.user", user_no=user_no))
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/user_new.html", form=form), REFUSED


@bp.get("/users/<user_no>")
@require(Permission.USERS_VIEW)
def user(user_no: str) -> str:
    """Show one account, and what can be asked about it."""
    return _user_page(user_no, AskForm())


@bp.post("/users/<user_no>/active")
@require(Permission.USERS_MANAGE)
def set_active(user_no: str) -> Response:
    """Shut a user out at once, or let them in again."""
    at = clock.now()
    with transaction():
        if request.form.get("active") == "yes":
            service.take_back(user_no, by=viewer(), at=at)
        else:
            service.shut_out(user_no, by=viewer(), at=at)
    return redirect(url_for("auth.user", user_no=user_no))


@bp.post("/users/<user_no>/factor")
@require(Permission.USERS_MANAGE)
def ask_factor(user_no: str) -> Answer:
    """Ask for a lost factor to be taken off."""
    return _ask(Act.RESET_FACTOR, user_no)


@bp.post("/users/<user_no>/leaving")
@require(Permission.USERS_MANAGE)
def ask_leaving(user_no: str) -> Answer:
    """Ask for an account to be ended for good."""
    return _ask(Act.OFF_BOARD, user_no)


@bp.get("/users/<user_no>/password")
@require(Permission.USERS_MANAGE)
def password(user_no: str) -> str:
    """Show the form for a new password."""
    return render_template("auth/password.html", form=PasswordForm(), user=known(user_no))


@bp.post("/users/<user_no>/password")
@require(Permission.USERS_MANAGE)
def ask_password(user_no: str) -> Answer:
    """Ask for a new password for a user."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.ask(
                    Act.RESET_PASSWORD,
                    user_no,
                    reason=form.reason.data.strip(),
                    password=form.password.data,
                    by=viewer(),
                    at=clock.now(),
                )
            return _waits(user_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/password.html", form=form, user=known(user_no)), REFUSED


@bp.get("/users/<user_no>/roles")
@require(Permission.USERS_MANAGE)
def place(user_no: str) -> str:
    """Show the form for other roles or another scope."""
    found, form = known(user_no), RolesForm()
    form.show(found)
    return render_template("auth/place.html", form=form, user=found)


@bp.post("/users/<user_no>/roles")
@require(Permission.USERS_MANAGE)
def ask_place(user_no: str) -> Answer:
    """Ask for other roles or another scope."""
    form = RolesForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.ask(
                    Act.CHANGE_ROLES,
                    user_no,
                    reason=form.reason.data.strip(),
                    place=form.place(),
                    by=viewer(),
                    at=clock.now(),
                )
            return _waits(user_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/place.html", form=form, user=known(user_no)), REFUSED


def _ask(act: Act, user_no: str) -> Answer:
    form = AskForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.ask(act, user_no, reason=form.reason.data.strip(), by=viewer(), at=clock.now())
            return _waits(user_no)
        except DomainError as error:
            form.refuse(error)
    return _user_page(user_no, form), REFUSED


def _waits(user_no: str) -> Response:
    notice(text("It waits for a security administrator to confirm it."))
    return redirect(url_for("auth.user", user_no=user_no))


def _user_page(user_no: str, ask_form: AskForm) -> str:
    found = known(user_no)
    return render_template(
        "auth/user.html",
        user=found,
        waiting=queries.acts_waiting([found.id]).get(found.id, []),
        act_name=act_name,
        ask_form=ask_form,
        form=EmptyForm(),
    )
