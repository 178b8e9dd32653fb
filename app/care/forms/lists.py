"""Home of the forms on lists, and of how a list's file is read."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import Length

from app.care.rules.lists import KINDS, LateAnswer, Listed
from app.residents.rules.facts import Status, StatusChange
from app.residents.rules.identity import Identity, identity
from app.residents.rules.names import name
from app.sheet.cells import Unreadable, day
from app.sheet.form import RowForm, column
from app.text import text
from app.web.form import FileForm, Form, needed, needed_text
from app.web.language import say


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list, cell by cell."""

    name: str = column(name, "姓名")
    id_number: Identity = column(identity, "身份证号", "身份证号码", "公民身份号码")
    from_on: date = column(
        day, "日期", "死亡日期", "去世日期", "火化日期", "迁出日期", "注销日期", "入住日期"
    )


def list_file(kind: Status, *, today: date) -> RowForm[Listed]:
    """Say how a list of one kind is read; a row's number may stand in it once."""

    def listed(row: ListRow) -> Listed:
        if row.from_on > today:
            raise Unreadable(
                text("{day} lies ahead.", day=row.from_on), text("Check the date."), field="from_on"
            )
        if row.from_on < row.id_number.birth_on:
            raise Unreadable(
                text("{day} is before the birth.", day=row.from_on), text("Check the date."), field="from_on"
            )
        return Listed(row.id_number, row.name, StatusChange(kind, row.from_on))

    return RowForm(ListRow, listed, keys=("id_number",))


class ListForm(FileForm):
    """A list to look at: what it says of everybody on it, where it comes from, and the file."""

    kind = SelectField(_l("What the list says"), choices=[], validators=[needed()])
    source = StringField(
        _l("Where it comes from"),
        description=_l("Office and date, like 区殡仪馆 2026年11月"),
        validators=[needed_text(), Length(max=120)],
    )
    skip_bad_rows = BooleanField(_l("Take the good rows, and give me the bad ones as a file"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the kinds in the reader's language."""
        super().__init__(*args, **kwargs)
        self.kind.choices = [(each.value, say(each.label)) for each in KINDS]


class ReasonForm(Form):
    """Why something is taken back."""

    reason = StringField(_l("Reason"), validators=[needed_text(), Length(max=200)])


class AnswerForm(Form):
    """What was found about meals that were recorded since."""

    answer = RadioField(
        _l("Who ate these meals"), choices=[], validators=[needed(_l("Choose what was found."))]
    )
    words = StringField(_l("Note"), validators=[Length(max=200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the answers in the reader's language."""
        super().__init__(*args, **kwargs)
        self.answer.choices = [(each.value, say(each.label)) for each in LateAnswer]
