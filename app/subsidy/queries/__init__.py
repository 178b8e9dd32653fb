"""The queries on policy: what is published, what is on its way, and the calendar of workdays."""

from app.subsidy.queries.awards import award_policies, award_policy, award_policy_deciding
from app.subsidy.queries.days import calendar_day, calendar_days, calendar_years, work_calendar
from app.subsidy.queries.drafts import Draft, draft, draft_behind, drafts
from app.subsidy.queries.policies import (
    PublishedPolicy,
    due_for_confirmation,
    last_confirmations,
    policies_by_id,
    policies_from,
    policy_book,
    published_policies,
    published_policy,
)

__all__ = [
    "Draft",
    "PublishedPolicy",
    "award_policies",
    "award_policy",
    "award_policy_deciding",
    "calendar_day",
    "calendar_days",
    "calendar_years",
    "draft",
    "draft_behind",
    "drafts",
    "due_for_confirmation",
    "last_confirmations",
    "policies_by_id",
    "policies_from",
    "policy_book",
    "published_policies",
    "published_policy",
    "work_calendar",
]
