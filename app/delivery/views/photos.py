"""Home of what a person does with photos: note that a household agrees or no more, and look at one."""

from __future__ import annotations

from uuid import UUID

from flask import Response as Answer
from flask import redirect, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.delivery.forms.family import PhotoConsentForm
from app.delivery.service.photos import end_consent, note_consent, see_photo
from app.delivery.views.blueprint import bp
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice, warning


@bp.post("/families/<resident_no>/photos")
@require(Permission.DELIVERY_EDIT)
def allow_photos(resident_no: str) -> Response:
    """Note that a household agreed to photos."""
    form = PhotoConsentForm()
    if not form.validate_on_submit():
        warning(text("Enter the day on which they agreed."))
        return redirect(url_for("delivery.family", resident_no=resident_no))
    try:
        with transaction():
            note_consent(resident_no, form.photo_agreed_on.data, by=viewer(), at=clock.now())
        notice(text("Saved."))
    except NotFound:
        raise
    except DomainError as error:
        warning(error.message)
    return redirect(url_for("delivery.family", resident_no=resident_no))


@bp.post("/families/<resident_no>/photos/end")
@require(Permission.DELIVERY_EDIT)
def forbid_photos(resident_no: str) -> Response:
    """Note that a household agrees no more; its photos are erased."""
    with transaction():
        count = end_consent(resident_no, by=viewer(), at=clock.now())
    notice(text("No photos any more; {count} were erased.", count=count))
    return redirect(url_for("delivery.family", resident_no=resident_no))


@bp.post("/photos/<uuid:photo_id>")
@require(Permission.DELIVERY_RECORD)
def see(photo_id: UUID) -> Answer:
    """Show a photo; the look is recorded."""
    with transaction():
        picture = see_photo(photo_id, by=viewer(), at=clock.now())
    return Answer(picture, mimetype="image/jpeg", headers={"Content-Disposition": "inline"})
