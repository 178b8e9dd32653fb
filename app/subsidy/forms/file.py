"""Home of the form that takes a policy's file in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.subsidy.rules import Policy
from app.subsidy.rules.document import LARGEST_BYTES, policy_from_bytes
from app.web.form import Form


class PolicyFileForm(Form):
    """A policy's document to publish."""

    file = FileField(
        _l("Policy file (.yaml)"),
        validators=[FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".yaml,.yml"},
    )

    def policy(self) -> Policy:
        """Read the policy.

        Raises: BadFile with every fault of the file.
        """
        return policy_from_bytes(self.file.data.read(LARGEST_BYTES + 1))
