"""Home of the pages of one's own second factor: set up, proven, its codes on paper."""

from __future__ import annotations

from datetime import timedelta

import segno
from flask import redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from app import clock
from app.access import signed_in, viewer
from app.auth import queries, service
from app.auth.forms import BeginFactorForm, ProofForm
from app.auth.rules import enrolment_address
from app.auth.rules.factor import PENDING_MINUTES
from app.auth.views.blueprint import REFUSED, Answer, bp, config, enter
from app.errors import DomainError
from app.text import text
from app.transaction import transaction
from app.web import throttle
from app.web.form import Form
from app.web.notices import notice

_QR_SCALE = 6


@bp.get("/account/second-step")
@signed_in
def factor() -> str:
    """Show the picture to scan where one waits for its code, else how things stand."""
    secret, since = queries.pending_factor(current_user.id)
    if secret and since and since + timedelta(minutes=PENDING_MINUTES) > clock.now():
        return _picture(secret, ProofForm())
    return _standing(BeginFactorForm())


@bp.post("/account/second-step/begin")
@signed_in
def begin_factor() -> Answer:
    """Make a new secret, which waits for its first code."""
    form = BeginFactorForm()
    if form.validate_on_submit():
        throttle.count_attempt_on(current_user.user_no, step="code")
        try:
            with transaction():
                service.begin_factor(form.password.data, form.code.data or "", by=viewer(), at=clock.now())
            return redirect(url_for("auth.factor"))
        except DomainError as error:
            form.refuse(error)
    return _standing(form), REFUSED


@bp.post("/account/second-step/prove")
@signed_in
def prove_factor() -> Answer:
    """Take the first code, and show the recovery codes this once."""
    form, at = ProofForm(), clock.now()
    if form.validate_on_submit():
        throttle.count_attempt_on(current_user.user_no, step="code")
        try:
            with transaction():
                user, codes = service.prove_factor(form.code.data, by=viewer(), at=at)
                service.begin_session(user, lasts_minutes=config().session_limit_minutes, at=at)
            throttle.forgive(user.user_no, step="code")
            enter(user)
            return _codes(codes)
        except DomainError as error:
            form.refuse(error)
    secret, _ = queries.pending_factor(current_user.id)
    if secret is None:
        return redirect(url_for("auth.factor"))
    return _picture(secret, form), REFUSED


@bp.post("/account/second-step/codes")
@signed_in
def renew_codes() -> Answer:
    """Make new recovery codes, and show them this once."""
    form = BeginFactorForm()
    if form.validate_on_submit():
        throttle.count_attempt_on(current_user.user_no, step="code")
        try:
            with transaction():
                codes = service.renew_recovery_codes(
                    form.password.data, form.code.data or "", by=viewer(), at=clock.now()
                )
            throttle.forgive(current_user.user_no, step="code")
            return _codes(codes)
        except DomainError as error:
            form.refuse(error)
    return _standing(form), REFUSED


def _codes(codes: list[str]) -> str:
    notice(text("The second step holds. Keep the codes before you go on."))
    return render_template("auth/recovery_codes.html", codes=codes)


def _standing(form: Form) -> str:
    return render_template(
        "auth/factor.html",
        form=form,
        is_needed=config().needs_second_factors and current_user.lacks_factor,
        codes_left=queries.unused_codes(current_user.id),
    )


def _picture(secret: str, form: Form) -> str:
    address = enrolment_address(
        secret, username=current_user.username, issuer=gettext("Elder meal assistance")
    )
    return render_template(
        "auth/factor_new.html",
        form=form,
        picture=segno.make(address, error="m").svg_data_uri(scale=_QR_SCALE, border=4),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        is_needed=config().needs_second_factors and current_user.lacks_factor,
    )
