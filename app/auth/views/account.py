"""Home of the pages of one's own account: the password, the PIN, where one is signed in."""

from __future__ import annotations

from flask import Response as Answered
from flask import jsonify, redirect, render_template, url_for
from flask_login import current_user
from werkzeug import Response

from app import clock
from app.access import signed_in, viewer
from app.auth import queries, service
from app.auth.forms import OwnPasswordForm, PinForm
from app.auth.rules import MIN_PASSWORD, as_told
from app.auth.views.blueprint import REFUSED, Answer, bp, config, enter
from app.errors import DomainError
from app.text import text
from app.transaction import transaction
from app.web import throttle
from app.web.described import ANY_WORDS, Told, described, listing, members, whole
from app.web.form import EmptyForm
from app.web.notices import notice


@bp.get("/account")
@signed_in
def account() -> str:
    """Show what one's own account is, and where it is signed in."""
    at = clock.now()
    return render_template(
        "auth/account.html",
        form=EmptyForm(),
        sessions=queries.open_sessions(current_user.id, at=at),
        this=service.token_hash(current_user.session_token),
        codes_left=queries.unused_codes(current_user.id),
    )


@bp.post("/account/sessions/end")
@signed_in
def end_other_sessions() -> Response:
    """Sign out everywhere else."""
    with transaction():
        ended = service.end_other_sessions(current_user.session_token, by=viewer(), at=clock.now())
    notice(text("Signed out in {count} other places.", count=ended))
    return redirect(url_for("auth.account"))


PASSWORD_RULES = members(
    {
        "least": whole("So many characters at the least.", least=MIN_PASSWORD),
        "different": whole("So many different ones among them."),
        "decoration": {"type": "string", "description": "Signs that make no other password at its ends."},
        "tried_first": listing(ANY_WORDS, "What everybody tries, in lower case."),
    }
)
_KEPT_SECONDS = 3600


@bp.get("/account/password-rules.json")
@described({200: Told("What a new password must be.", PASSWORD_RULES)})
@signed_in
def password_rules() -> Answered:
    """Give what a new password must be, so that the page tells it while somebody types: none is sent."""
    answer = jsonify(as_told())
    answer.headers["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return answer


@bp.get("/account/password")
@signed_in
def own_password() -> str:
    """Show the form for a new password of one's own."""
    return render_template("auth/own_password.html", form=OwnPasswordForm())


@bp.post("/account/password")
@signed_in
def change_password() -> Answer:
    """Change one's own password: signed out everywhere else, and signed in anew here."""
    throttle.count_attempt()
    form, at = OwnPasswordForm(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                user = service.change_password(form.password.data, form.new.data, by=viewer(), at=at)
                service.begin_session(user, lasts_minutes=config().session_limit_minutes, at=at)
            enter(user)
            notice(text("The new password holds from now on. You are signed out everywhere else."))
            return redirect(url_for("web.home"))
        except DomainError as error:
            form.refuse(error)
    return render_template("auth/own_password.html", form=form), REFUSED


@bp.get("/pin")
@signed_in
def pin() -> str:
    """Show the form for one's own PIN."""
    return render_template("auth/pin.html", form=PinForm(), has_pin=current_user.pin_key is not None)


@bp.post("/pin")
@signed_in
def set_pin() -> Answer:
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
    return render_template("auth/pin.html", form=form, has_pin=current_user.pin_key is not None), REFUSED
