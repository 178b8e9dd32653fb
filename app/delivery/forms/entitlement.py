"""Home of the forms on entitlement: a policy on free delivery, and an exception from it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.delivery.rules.entitlement import (
    LONGEST_REASON,
    LONGEST_REFERENCE,
    EntitlementPolicy,
    NewExemption,
)
from app.residents.rules.facts import Category
from app.web.form import Form, needed, needed_text
from app.web.language import say


class CategoriesField(SelectMultipleField):
    """The categories of residents, to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DeliveryPolicyForm(Form):
    """Who gets free delivery from a day on."""

    from_on = DateField(_l("In force from"), validators=[needed()])
    reference = StringField(
        _l("Number of the notice"), validators=[needed_text(), Length(max=LONGEST_REFERENCE)]
    )
    min_age = IntegerField(_l("Age that is enough"), default=80, validators=[needed(), NumberRange(60, 120)])
    needs = CategoriesField(_l("Or one of these, at any age"), choices=[])
    hardships = CategoriesField(
        _l("And beside it one of these; none ticked: nothing more is asked"), choices=[]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the categories in the reader's language."""
        super().__init__(*args, **kwargs)
        for field in (self.needs, self.hardships):
            field.choices = [(each.value, say(each.label)) for each in Category]

    def policy(self) -> EntitlementPolicy:
        """Give what was filled in."""
        return EntitlementPolicy(
            from_on=self.from_on.data,
            reference=self.reference.data.strip(),
            min_age=self.min_age.data,
            needs=frozenset(Category(each) for each in self.needs.data or ()),
            hardships=frozenset(Category(each) for each in self.hardships.data or ()),
        )


class ExemptionForm(Form):
    """Free delivery all the same: from when, until when, and why."""

    from_on = DateField(_l("First day"), validators=[needed()])
    until_on = DateField(
        _l("First day without it"), description=_l("An exception always has an end"), validators=[needed()]
    )
    reason = StringField(
        _l("Reason"),
        description=_l("Why this person needs it; no illnesses"),
        validators=[needed_text(), Length(max=LONGEST_REASON)],
    )

    def exemption(self) -> NewExemption:
        """Give what was filled in."""
        return NewExemption(self.from_on.data, self.until_on.data, self.reason.data.strip())
