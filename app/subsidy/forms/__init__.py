"""The forms of policy: its file, the policy itself without YAML, acts on drafts, days of the calendar."""

from app.subsidy.forms.acts import ReturnForm, SeenForm
from app.subsidy.forms.days import DayForm
from app.subsidy.forms.file import PolicyFileForm
from app.subsidy.forms.policy import PolicyForm

__all__ = ["DayForm", "PolicyFileForm", "PolicyForm", "ReturnForm", "SeenForm"]
