"""The pages of policy: what holds, what is on its way, and the calendar of workdays."""

from app.subsidy.views import acts, days, drafts, editing, files, policies
from app.subsidy.views.blueprint import bp

__all__ = ["acts", "bp", "days", "drafts", "editing", "files", "policies"]
