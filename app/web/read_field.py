"""Home of the field that reads what was typed as a file's cell is read, with the same refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import StringField

from app.errors import DomainError
from app.sheet.cells import Reader
from app.web.language import say


class ReadField(StringField):
    """A line of text whose data is what a reader makes of it, or None when nothing was typed."""

    data: Any

    def __init__(self, label: object, reader: Reader[object], **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Read with `reader`, as a column of a row form does."""
        super().__init__(label, **kwargs)
        self.reader = reader

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed, refusing it with reason and remedy."""
        self.data = None
        if valuelist and str(valuelist[0]).strip():
            try:
                self.data = self.reader(str(valuelist[0]))
            except DomainError as error:
                raise ValueError(say(error.message)) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)
