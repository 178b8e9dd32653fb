"""The verbs of policy: draft, submit, approve, publish, confirm; and the calendar's."""

from app.subsidy.service.awards import draft_award_policy, publish_award_policy, withdraw_award_policy
from app.subsidy.service.confirm import confirm
from app.subsidy.service.days import calendar_changed, enter_announced, remove_day, set_day
from app.subsidy.service.drafts import (
    approve_and_publish,
    begin_draft,
    change_draft,
    discard,
    return_draft,
    submit,
)
from app.subsidy.service.publish import digest_of, policies_changed, publish

__all__ = [
    "approve_and_publish",
    "begin_draft",
    "calendar_changed",
    "change_draft",
    "confirm",
    "digest_of",
    "discard",
    "draft_award_policy",
    "enter_announced",
    "policies_changed",
    "publish",
    "publish_award_policy",
    "remove_day",
    "return_draft",
    "set_day",
    "submit",
    "withdraw_award_policy",
]
