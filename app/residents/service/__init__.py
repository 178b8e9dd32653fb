"""The verbs on residents: register, edit, keep what is dated about them, reveal a number, import a file."""

from app.residents.service.absences import begin_absence, end_absence, withdraw_absence
from app.residents.service.imports import import_residents
from app.residents.service.place import put_in_place
from app.residents.service.register import edit, register, reveal_identity, reveal_phone
from app.residents.service.signals import facts_changed
from app.residents.service.standing import (
    begin_category,
    change_status,
    end_category,
    withdraw_category,
    withdraw_status,
)

__all__ = [
    "begin_absence",
    "begin_category",
    "change_status",
    "edit",
    "end_absence",
    "end_category",
    "facts_changed",
    "import_residents",
    "put_in_place",
    "register",
    "reveal_identity",
    "reveal_phone",
    "withdraw_absence",
    "withdraw_category",
    "withdraw_status",
]
