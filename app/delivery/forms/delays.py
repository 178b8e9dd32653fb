"""Home of the form on which a kitchen says that it is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField, TimeField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.delivery.models import Run
from app.delivery.rules.delays import LONGEST_REASON, NewDelay
from app.text import text
from app.web.filters import clock_time
from app.web.form import Form, needed, needed_text
from app.web.language import say


class RunsField(SelectMultipleField):
    """Runs to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer none until they are known; one that is not offered any more is refused by the service."""
        super().__init__(*args, coerce=int, choices=[], validate_choice=False, **kwargs)

    def offer(self, runs: Sequence[Run]) -> None:
        """Offer these runs, by when they should have left."""
        self.choices = [
            (
                run.id,
                say(
                    text(
                        "{time} run {number}, {rider}",
                        time=clock_time(run.depart_seconds),
                        number=run.number,
                        rider=run.rider.name,
                    )
                ),
            )
            for run in runs
        ]


class DelayForm(Form):
    """From when meals can leave, why, and which runs wait."""

    ready = TimeField(
        _l("Meals can leave from"),
        description=_l("For a run that leaves then, boxes are loaded before"),
        validators=[needed()],
    )
    waiting = RunsField(_l("Have not left yet"))
    reason = StringField(
        _l("Why late"),
        description=_l("Such as: the gas was off; riders and the office read it"),
        validators=[needed_text(), Length(max=LONGEST_REASON)],
    )

    def delay(self) -> NewDelay:
        """Give what was filled in."""
        at: time = self.ready.data
        return NewDelay(
            at.hour * 3600 + at.minute * 60, self.reason.data.strip(), frozenset(self.waiting.data or [])
        )
