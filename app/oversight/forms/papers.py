"""Home of the form of a site's paper."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.oversight.rules.papers import LONGEST_HOLDER, LONGEST_NUMBER, Paper, PaperKind
from app.sheet.cells import day, line_of_text
from app.web.form import Form, needed
from app.web.language import say
from app.web.read_field import ReadField


class PaperForm(Form):
    """A licence or certificate, and until when it holds."""

    kind = SelectField(_l("Which paper"))
    holder = ReadField(
        _l("Whose it is"),
        line_of_text(max_length=LONGEST_HOLDER, empty=True),
        description=_l("Only for a health certificate: the name of whoever handles food."),
    )
    number = ReadField(_l("Its number"), line_of_text(max_length=LONGEST_NUMBER), validators=[needed()])
    valid_until = ReadField(_l("Valid until and including"), day, validators=[needed()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the kinds in the reader's language."""
        super().__init__(*args, **kwargs)
        self.kind.choices = [(each.value, say(each.label)) for each in PaperKind]

    def paper(self) -> Paper:
        """Give what was filled in."""
        return Paper(
            PaperKind(self.kind.data), self.holder.data or "", self.number.data, self.valid_until.data
        )
