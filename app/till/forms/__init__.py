"""What is filled in at the till and posted by tablets."""

from app.till.forms.bodies import MealsBody, NotThisForm, count_in, json_body, list_in, meals_body
from app.till.forms.tablets import TabletForm

__all__ = ["MealsBody", "NotThisForm", "TabletForm", "count_in", "json_body", "list_in", "meals_body"]
