"""The verbs of policy: draft, submit, approve, publish, confirm; and the calendar's."""

from app.subsidy.service.confirm import confirm
from app.subsidy.service.days import calendar_changed, remove_day, set_day
from app.subsidy.service.drafts import (
    approve_and_publish,
    begin_draft,
    change_draft,
    discard,
    return_draft,
    submit,
)
from app.subsidy.service.publish import policies_changed, publish

__all__ = [
    "approve_and_publish",
    "begin_draft",
    "calendar_changed",
    "change_draft",
    "confirm",
    "discard",
    "policies_changed",
    "publish",
    "remove_day",
    "return_draft",
    "set_day",
    "submit",
]
