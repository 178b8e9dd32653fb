"""Home of what is filled in about portions: one figure for each thing that a site counts of a sitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from app.sheet.cells import integer
from app.text import Text, text
from app.till.rules.balance import LONGEST_WORDS, MOST_PORTIONS, Count, CountKind, SiteSitting
from app.web.form import Form
from app.web.language import say
from app.web.read_field import ReadField


@dataclass(frozen=True, slots=True)
class Slot:
    """One figure that a site is asked for, and what stands of it."""

    kind: CountKind
    to_code: str
    label: Text
    hint: Text | None = None
    standing: int | None = None

    @property
    def name(self) -> str:
        """Give the field's name."""
        return f"{self.kind.value}-{self.to_code}"


class PortionsForm(Form):
    """The figures of one site's sitting; made by `portions_form`, which gives it its fields."""

    slots: Sequence[Slot] = ()
    reason = StringField(
        _l("Why a figure is changed"),
        description=_l("Only when a figure was counted before and is different now"),
        validators=[Length(max=LONGEST_WORDS)],
    )

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Refuse to leave out what was counted before."""
        is_valid: bool = super().validate(extra_validators)
        for slot in self.slots:
            field = self[slot.name]
            if slot.standing is not None and field.data is None and not field.errors:
                field.errors = [say(text("This was counted before. Write 0 if there were none."))]
                is_valid = False
        return is_valid

    def counts_at(self, where: SiteSitting) -> list[Count]:
        """Give what was filled in; an empty field is not counted yet."""
        given = [(slot, self[slot.name].data) for slot in self.slots]
        return [
            Count(where, slot.kind, portions, slot.to_code)
            for slot, portions in given
            if portions is not None
        ]


def portions_form(slots: Sequence[Slot]) -> PortionsForm:
    """Give a form with a field for each figure, filled in with what stands."""
    fields = {
        slot.name: ReadField(
            say(slot.label),
            integer(high=MOST_PORTIONS),
            description=say(slot.hint) if slot.hint is not None else "",
        )
        for slot in slots
    }
    form_class = type(PortionsForm.__name__, (PortionsForm,), {**fields, "slots": tuple(slots)})
    form: PortionsForm = form_class(data={slot.name: slot.standing for slot in slots})
    return form
