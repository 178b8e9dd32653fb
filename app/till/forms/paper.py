"""Home of what is filled in about sheets of paper: how many to print, what stands on one, what holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, NumberRange, Optional

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.meals.forms.till import price_bounds
from app.meals.rules import Channel
from app.till.rules.keying import Difference, Resolution, Take, TypedRow
from app.till.rules.paper import MOST_MEALS, MOST_SHEETS, ROWS
from app.till.service.meant import ReadRow
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say

_LONGEST_WHO, _LONGEST_NOTE = 64, 100


class PrintForm(Form):
    """Sheets to be printed for one sitting."""

    site_code = SelectField(_l("Site"))
    on = DateField(_l("Day"), validators=[needed()])
    sitting = SelectField(_l("Sitting"))
    count = IntegerField(
        _l("Number of sheets"),
        default=1,
        validators=[needed(), NumberRange(1, MOST_SHEETS, _l("Between 1 and 20 sheets."))],
    )
    names_regulars = BooleanField(_l("Print the names of who usually eats here"))

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the sites where the viewer may print."""
        super().__init__(*args, **kwargs)
        self.site_code.choices = [(site.site_code, f"{site.name}（{site.site_code}）") for site in sites]
        self.sitting.choices = [(sitting.value, say(sitting.label)) for sitting in Sitting]


class PeopleForm(Form):
    """What was typed into a row, to ask whom it may mean."""

    words = StringField(validators=[needed(), Length(max=_LONGEST_WHO)])


class FindSheetForm(Form):
    """The number of a sheet, typed or scanned; asked for with GET."""

    class Meta:
        """No token: asking changes nothing."""

        csrf = False

    sheet_no = StringField(
        _l("Number of the sheet"),
        description=_l("Scan the code on the paper, or type the number like P-000123-4"),
        validators=[needed_text(), Length(max=40)],
    )


class VoidForm(Form):
    """Why a sheet is declared void."""

    reason = StringField(
        _l("Reason"), validators=[needed_text(_l("Say why the sheet is void.")), Length(max=200)]
    )


def _count() -> NumberRange:
    return NumberRange(0, MOST_MEALS, _l("Between 0 and 20."))


class KeyRowForm(Form):
    """One row of the paper; what is left empty means the usual."""

    class Meta:
        """No token of its own: the form around it has one."""

        csrf = False

    who = StringField(_l("Number, card or name"), validators=[Length(max=_LONGEST_WHO)])
    chosen = SelectField(_l("Who is meant"), choices=[], validate_choice=False, default="")
    channel = SelectField(_l("How the meal is eaten"), choices=[], default=Channel.DINE_IN.value)
    count = IntegerField(_l("Number of meals"), validators=[Optional(), _count()])
    companions = IntegerField(_l("Companions"), validators=[Optional(), _count()])
    price = YuanField(_l("Meal price"), validators=[Optional(), price_bounds])
    note = StringField(_l("Note"), validators=[Length(max=_LONGEST_NOTE)])
    is_unregistered = BooleanField(_l("not registered"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the channels in the reader's language."""
        super().__init__(*args, **kwargs)
        self.channel.choices = [(channel.value, say(channel.label)) for channel in Channel]

    @property
    def typed(self) -> TypedRow:
        """Give the row as it was typed."""
        return TypedRow(
            who=(self.who.data or "").strip(),
            chosen=(self.chosen.data or "").strip(),
            is_unregistered=bool(self.is_unregistered.data),
            channel=Channel(self.channel.data),
            count=self.count.data,
            companions=self.companions.data,
            price_fen=self.price.data,
            note=(self.note.data or "").strip(),
        )

    def show(self, read: ReadRow) -> None:
        """Show how the row was understood: who is meant by number, or what is wrong."""
        if read.problem is not None:
            field = self[read.field]
            field.errors = [*field.errors, say(read.problem)]
        elif read.keyed is not None and read.people:
            self.who.data, self.chosen.data = read.keyed.resident_no, ""


class KeyingForm(Form):
    """All rows of a sheet, keyed for the first or the second time."""

    turn = HiddenField()
    rows = FieldList(FormField(KeyRowForm), min_entries=ROWS, max_entries=ROWS)

    @property
    def typed(self) -> dict[int, TypedRow]:
        """Give the rows as they were typed, by their number on the paper."""
        return {row: entry.form.typed for row, entry in enumerate(self.rows.entries, start=1)}

    @property
    def turn_typed(self) -> int:
        """Give for which turn the page was opened; 0 for none that there is."""
        return int(self.turn.data) if self.turn.data in ("1", "2") else 0

    def show(self, read: Sequence[ReadRow]) -> None:
        """Show how the rows were understood."""
        for each in read:
            self.rows.entries[each.row - 1].form.show(each)

    @classmethod
    def blank(cls, turn: int, named: Mapping[int, str]) -> KeyingForm:
        """Give the form as it is opened, with those named beforehand in their rows."""
        rows = [{"who": named.get(row, "")} for row in range(1, ROWS + 1)]
        return cls(formdata=None, data={"turn": str(turn), "rows": rows})


class SettleRowForm(Form):
    """One row that was keyed in two ways: which holds, or what stands there really."""

    class Meta:
        """No token of its own: the form around it has one."""

        csrf = False

    row = HiddenField()
    take = RadioField(_l("What holds"), choices=[], validators=[needed(_l("Choose what holds."))])
    again = FormField(KeyRowForm)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the ways in the reader's language."""
        super().__init__(*args, **kwargs)
        self.take.choices = [
            (Take.FIRST.value, str(_l("the first keying"))),
            (Take.SECOND.value, str(_l("the second keying"))),
            (Take.AGAIN.value, str(_l("neither: typed again"))),
        ]


class SettleForm(Form):
    """All rows of a sheet that were keyed in two ways."""

    rows = FieldList(FormField(SettleRowForm), max_entries=ROWS)

    @classmethod
    def of(cls, differing: Sequence[Difference]) -> SettleForm:
        """Give the form as it is opened, with nothing chosen."""
        return cls(formdata=None, data={"rows": [{"row": str(each.row)} for each in differing]})

    @property
    def by_row(self) -> dict[int, SettleRowForm]:
        """Give the rows by their number on the paper."""
        forms = [entry.form for entry in self.rows.entries]
        return {int(form.row.data): form for form in forms if (form.row.data or "").isdigit()}

    @property
    def typed_again(self) -> dict[int, TypedRow]:
        """Give what was typed again, by row."""
        return {
            row: form.again.form.typed for row, form in self.by_row.items() if form.take.data == Take.AGAIN
        }

    def show(self, read: Sequence[ReadRow]) -> None:
        """Show how the rows were understood that were typed again."""
        forms = self.by_row
        for each in read:
            forms[each.row].again.form.show(each)

    def resolutions(self, read: Sequence[ReadRow]) -> dict[int, Resolution]:
        """Give what holds; `read` is how those were understood that were typed again."""
        again = {each.row: each.keyed for each in read}
        return {row: Resolution(Take(form.take.data), again.get(row)) for row, form in self.by_row.items()}
