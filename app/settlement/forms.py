"""Home of what is filled in about statements: a step, several at once, waivers, portions, accounts, cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.errors import DomainError
from app.settlement.models import Statement
from app.settlement.rules.accounts import BankAccount
from app.settlement.rules.recovery import LONGEST_REASON as LONGEST_FINDING
from app.settlement.rules.recovery import Finding
from app.settlement.rules.steps import LONGEST_REASON, Act
from app.subsidy.rules.wording import payer_label
from app.text import text
from app.till.rules.balance import LONGEST_WORDS, Balance, SiteSitting
from app.till.service import Explained
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say


class StepForm(Form):
    """One step with one statement; returning it and declaring it void say why."""

    reason = StringField(_l("Reason"), validators=[Length(max=LONGEST_REASON)])


class StepsForm(Form):
    """One step with several statements."""

    act = SelectField(choices=[SelectChoice(act.value, act.label) for act in Act if not act.needs_reason])
    statements = SelectMultipleField(validate_choice=False)

    @property
    def step(self) -> Act:
        """Give the step that was chosen."""
        return Act(self.act.data)


class WaiverForm(Form):
    """Why a statement may be handed in although something is missing."""

    reason = StringField(
        _l("Reason, which prints on the statement"),
        description=_l("For example: the tablet was stolen, its meals were keyed from paper"),
        validators=[needed_text(), Length(max=LONGEST_REASON)],
    )


class ExplainForm(Form):
    """Why a site's sitting does not balance, and the figures that were seen."""

    site_code = HiddenField(validators=[Length(max=32)])
    served_on = DateField(validators=[needed()])
    sitting = HiddenField()
    difference = IntegerField(validators=[needed()], widget=HiddenInput())
    on_the_way = IntegerField(validators=[needed()], widget=HiddenInput())
    words = StringField(
        _l("Why it differs"),
        validators=[needed_text(_l("Say why.")), Length(max=LONGEST_WORDS)],
    )

    @property
    def where(self) -> SiteSitting | None:
        """Give the sitting that was meant; None when the page was not made by us."""
        if self.served_on.data is None or self.sitting.data not in set(Sitting):
            return None
        return SiteSitting(self.site_code.data or "", self.served_on.data, Sitting(self.sitting.data))

    def is_of(self, balance: Balance) -> bool:
        """Tell whether it was this sitting that was meant."""
        return self.where == balance.where

    def explained(self) -> Explained:
        """Give what was filled in.

        Raises: DomainError when the page was not made by us.
        """
        if self.where is None:
            raise DomainError(text("This page cannot be read. Open it again."))
        return Explained(
            self.where, int(self.difference.data), int(self.on_the_way.data), self.words.data or ""
        )


class OrderForm(Form):
    """From which day one kitchen, or every one, must count portions."""

    kitchen = SelectField(_l("Kitchen"))
    from_on = DateField(_l("From this day on"), validators=[needed()])

    def __init__(self, *args: Any, kitchens: Sequence[Site], **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the kitchens within the viewer's scope."""
        super().__init__(*args, **kwargs)
        self.kitchens = kitchens
        self.kitchen.choices = [
            ("", gettext("All kitchens")),
            *((site.site_code, f"{site.name}（{site.site_code}）") for site in kitchens),
        ]

    @property
    def chosen(self) -> list[str]:
        """Give the codes of the kitchens that were chosen."""
        return [self.kitchen.data] if self.kitchen.data else [site.site_code for site in self.kitchens]

    @property
    def day(self) -> date:
        """Give the day that was chosen."""
        day: date = self.from_on.data
        return day


class AccountForm(Form):
    """Where an operator is to be paid to."""

    holder = StringField(_l("Account name"), validators=[needed_text(), Length(max=120)])
    bank = StringField(_l("Bank and branch"), validators=[needed_text(), Length(max=120)])
    number = StringField(_l("Account number"), validators=[needed_text(), Length(max=60)])

    @property
    def account(self) -> BankAccount:
        """Give the account as it was typed."""
        return BankAccount(self.holder.data or "", self.bank.data or "", self.number.data or "")


class ConfirmAccountForm(Form):
    """The number of an account, keyed once more by another person."""

    again = StringField(_l("Account number, keyed again"), validators=[needed_text(), Length(max=60)])


class FindingForm(Form):
    """What was found about a paid statement; the funds offered are those that it paid from."""

    fund = SelectField(_l("Payer and fund"), validators=[needed()])
    amount = YuanField(_l("Amount (yuan)"), validators=[needed()])
    found_on = DateField(_l("Found on"), validators=[needed()])
    finding = StringField(
        _l("Finding"),
        description=_l("For example: 12 boxes a day charged, 4 seen on three visits"),
        validators=[needed_text(), Length(max=LONGEST_FINDING)],
    )
    evidence = StringField(
        _l("Evidence"),
        description=_l("Where it is kept: report, photos, statements, their numbers"),
        validators=[needed_text(), Length(max=LONGEST_FINDING)],
    )

    def offer(self, statement: Statement) -> None:
        """Offer the statement's payers and funds, by their place in its list."""
        self._funds = [(row.payer, row.fund) for row in statement.fund_amounts]
        self.fund.choices = [
            SelectChoice(str(place), say(text("{payer} · {fund}", payer=payer_label(payer), fund=fund)))
            for place, (payer, fund) in enumerate(self._funds)
        ]

    def found(self, statement_no: str) -> Finding:
        """Give the finding as it was filled in."""
        payer, fund = self._funds[int(self.fund.data)]
        found_on: date = self.found_on.data
        return Finding(
            statement_no,
            payer,
            fund,
            self.amount.data or 0,
            found_on,
            self.finding.data or "",
            self.evidence.data or "",
        )


class RecoveryForm(Form):
    """One step with a case; a repayment also says when the money came."""

    reason = StringField(_l("Reason"), validators=[Length(max=LONGEST_FINDING)])
    repaid_on = DateField(_l("Repaid on"), validators=[Optional()])
