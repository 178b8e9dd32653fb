"""Home of the pages of paying: a month's payments, their file, and the accounts of the operators."""

from __future__ import annotations

from io import BytesIO

from flask import Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.errors import DomainError, NotFound
from app.month import parse_month
from app.roles import Permission
from app.settlement import queries, service
from app.settlement.forms import AccountForm, ConfirmAccountForm
from app.settlement.queries import Payee
from app.settlement.views.blueprint import bp
from app.subsidy.rules.wording import payer_label
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

_Answer = Redirect | tuple[str, int]


@bp.get("/<month>/payment")
@require(Permission.STATEMENTS_PAY)
def payment(month: str) -> str:
    """Show what the bank is to pay for a month, and what it cannot be told yet, and why."""
    period = parse_month(month)
    return render_template(
        "settlement/payment.html",
        month=period,
        run=service.payments_of(period, viewer().scope),
        payer_label=payer_label,
        form=EmptyForm(),
    )


@bp.post("/<month>/payment.csv")
@require(Permission.STATEMENTS_PAY)
def payment_file(month: str) -> Response:
    """Hand out the payment file; the trail keeps who took it, since it holds account numbers whole."""
    target = BytesIO()
    with transaction():
        service.write_payments(parse_month(month), target, by=viewer(), at=clock.now())
    target.seek(0)
    return send_file(target, mimetype="text/csv", as_attachment=True, download_name=f"payment-{month}.csv")


@bp.get("/accounts")
@require(Permission.STATEMENTS_VIEW)
def accounts() -> str:
    """Show where each operator is paid to."""
    found = queries.payees(viewer().scope)
    return render_template("settlement/accounts.html", payees=found)


@bp.get("/accounts/<int:operator_id>")
@require(Permission.STATEMENTS_VIEW)
def account(operator_id: int) -> str:
    """Show one operator's account, and the forms to enter another and to confirm it."""
    return _account_page(_payee(operator_id), AccountForm(), ConfirmAccountForm())


@bp.post("/accounts/<int:operator_id>")
@require(Permission.STATEMENTS_PAY)
def propose_account(operator_id: int) -> _Answer:
    """Enter an operator's account."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.propose_account(operator_id, form.account, by=viewer(), at=clock.now())
            notice(text("Entered. It counts once another person has confirmed it."))
            return redirect(url_for("settlement.account", operator_id=operator_id))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _account_page(_payee(operator_id), form, ConfirmAccountForm()), 422


@bp.post("/accounts/<int:operator_id>/confirm")
@require(Permission.STATEMENTS_APPROVE)
def confirm_account(operator_id: int) -> _Answer:
    """Confirm an operator's account by keying it once more."""
    form, status = ConfirmAccountForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                service.confirm_account(operator_id, form.again.data, by=viewer(), at=clock.now())
            notice(text("Confirmed. Payments go to this account from now on."))
            return redirect(url_for("settlement.account", operator_id=operator_id))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
            status = error.status
    return _account_page(_payee(operator_id), AccountForm(), form), status


def _payee(operator_id: int) -> Payee:
    found = queries.payee(operator_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such operator in your area."))
    return found


def _account_page(payee: Payee, form: AccountForm, confirm_form: ConfirmAccountForm) -> str:
    known = [each for each in (payee.in_force, payee.proposed) if each is not None]
    return render_template(
        "settlement/account.html",
        payee=payee,
        people=users.names_of(
            {each.proposed_by for each in known} | {each.confirmed_by for each in known if each.confirmed_by}
        ),
        form=form,
        confirm_form=confirm_form,
    )
