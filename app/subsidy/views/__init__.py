"""The pages of policy: what holds, what is on its way, and the calendar of workdays."""

from app.subsidy.views import acts, awards, days, drafts, editing, files, policies
from app.subsidy.views.blueprint import bp

__all__ = ["acts", "awards", "bp", "days", "drafts", "editing", "files", "policies"]
