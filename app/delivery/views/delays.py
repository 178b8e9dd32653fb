"""Home of the page on which a kitchen says that it is late."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.delivery.forms.delays import DelayForm
from app.delivery.rules.days import HOURS
from app.delivery.service.delays import note_delay, runs_in_doubt
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

_REFUSED = 422


@bp.get("/kitchens/<site_code>/delay")
@require(Permission.DELIVERY_RECORD)
def delay(site_code: str) -> str:
    """Ask from when a late kitchen's meals can leave, and which runs wait."""
    on, sitting = asked()
    kitchen = kitchen_named(site_code)
    doubtful = runs_in_doubt(on, sitting, kitchen.site_code, at=clock.now())
    # Usually nothing has left that nobody has reported a stop of.
    return _page(site_code, DelayForm(formdata=None, waiting=[run.id for run in doubtful]))


@bp.post("/kitchens/<site_code>/delay")
@require(Permission.DELIVERY_RECORD)
def delay_now(site_code: str) -> Response | tuple[str, int]:
    """Note from when a late kitchen's meals can leave."""
    on, sitting = asked()
    code, form = kitchen_named(site_code).site_code, DelayForm()
    if form.validate_on_submit():
        try:
            with transaction():
                note_delay(code, on, sitting, form.delay(), by=viewer(), at=clock.now())
            notice(text("Noted. Riders see it on their phones. Plan again, look at it and release it."))
            return redirect(
                url_for("delivery.kitchen", site_code=code, on=on.isoformat(), sitting=sitting.value)
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(site_code, form), _REFUSED


def _page(site_code: str, form: DelayForm) -> str:
    on, sitting = asked()
    kitchen = kitchen_named(site_code)
    doubtful = runs_in_doubt(on, sitting, kitchen.site_code, at=clock.now())
    form.waiting.offer(doubtful)
    return render_template(
        "delivery/delay.html",
        kitchen=kitchen,
        on=on,
        sitting=sitting,
        hours=HOURS[sitting],
        doubtful=doubtful,
        form=form,
    )
