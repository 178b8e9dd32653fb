"""Home of the worklist: what was kept apart, two contents under one number, and who ate twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.errors import DomainError, NotFound
from app.meals import queries as meals
from app.meals.models import LedgerRecord
from app.residents.models import Resident
from app.roles import Permission
from app.text import Text, text
from app.till import queries, service
from app.till.forms.worklist import FixForm, MendForm, OtherForm, SeenForm, SetAsideForm
from app.till.queries import Double, TwoContents
from app.till.rules.conflicts import Content, read_content
from app.till.rules.drafts import as_sent, masked
from app.till.rules.quarantine import Outcome
from app.till.service import Proposal
from app.till.views.office import REFUSED, bp, sites_of_viewer
from app.till.views.persons import persons
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.language import say
from app.web.navigation import counts
from app.web.notices import notice
from app.web.paging import page_of

DOUBLES_WITHIN = timedelta(days=14)
_PER_PAGE = 20
_FOUND = 24


@bp.get("/worklist")
@require(Permission.MEALS_MEND)
def worklist() -> str:
    """Show what waits for a person, what waits longest first."""
    return _list()


@bp.get("/worklist/<int:kept_id>")
@require(Permission.MEALS_MEND)
def kept(kept_id: int) -> str:
    """Show one record that was kept apart, with all that can be done about it."""
    proposal = _proposal(kept_id)
    chosen = {"resident_no": request.args["resident"]} if "resident" in request.args else {}
    return _kept_page(proposal, _mend_form(proposal, **chosen))


@bp.post("/worklist/<int:kept_id>/find")
@require(Permission.MEALS_MEND)
def find(kept_id: int) -> str:
    """Find who ate; a search is posted, since names do not belong in addresses."""
    proposal = _proposal(kept_id)
    words = request.form.get("words", "").strip()
    found: Sequence[Resident] = []
    if words:
        site = proposal.row.tablet.site
        found = meals.sought_at(site, words, clock.on(proposal.row.received_at), limit=_FOUND)
    return _kept_page(proposal, _mend_form(proposal), words=words, found=found)


@bp.post("/worklist/<int:kept_id>/fix")
@require(Permission.MEALS_MEND)
def fix(kept_id: int) -> Response:
    """Do what one button says."""
    form = FixForm()
    if form.validate_on_submit():
        with transaction():
            service.take_fixed(kept_id, form.fix.data or "", by=viewer(), at=clock.now())
        notice(text("Taken into the ledger. The tablet learns it at its next contact."))
    return redirect(url_for("tablets.worklist"))


@bp.post("/worklist/<int:kept_id>/take")
@require(Permission.MEALS_MEND)
def take(kept_id: int) -> Response | tuple[str, int]:
    """Take a record as it was put right by hand."""
    form = MendForm(proposal=_proposal(kept_id), sites=sites_of_viewer())
    if form.validate_on_submit():
        try:
            with transaction():
                service.take_as(kept_id, form.mended(), by=viewer(), at=clock.now())
            notice(text("Taken into the ledger. The tablet learns it at its next contact."))
            return redirect(url_for("tablets.worklist"))
        except DomainError as error:
            if error.status != REFUSED:
                raise
            form.refuse(error)
    return _kept_page(_proposal(kept_id), form), REFUSED


@bp.post("/worklist/<int:kept_id>/aside")
@require(Permission.MEALS_MEND)
def set_aside(kept_id: int) -> Response | tuple[str, int]:
    """Leave a record out of the ledger, with a reason."""
    form = SetAsideForm()
    if form.validate_on_submit():
        with transaction():
            service.set_aside(kept_id, form.reason.data, by=viewer(), at=clock.now())
        notice(text("Set aside. The record stays here, and so does the reason."))
        return redirect(url_for("tablets.worklist"))
    proposal = _proposal(kept_id)
    return _kept_page(proposal, _mend_form(proposal), aside=form), REFUSED


@bp.post("/worklist/contents/<int:conflict_id>/first")
@require(Permission.MEALS_MEND)
def keep_first(conflict_id: int) -> Response:
    """Decide that the first of two contents is right."""
    with transaction():
        service.keep_first(conflict_id, by=viewer(), at=clock.now())
    notice(text("Noted: the first is right. Nothing else was changed."))
    return redirect(url_for("tablets.worklist"))


@bp.post("/worklist/contents/<int:conflict_id>/other")
@require(Permission.MEALS_MEND)
def take_other(conflict_id: int) -> Response | tuple[str, int]:
    """Take the other of two contents instead."""
    form = OtherForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.take_other(conflict_id, form.reason.data, by=viewer(), at=clock.now())
            notice(text("The first is reversed, and the other is in the ledger under a number of its own."))
            return redirect(url_for("tablets.worklist"))
        except DomainError as error:
            if error.status != REFUSED:
                raise
            form.refuse(error)
    return _list(refused={conflict_id: form}), REFUSED


@bp.post("/worklist/doubles/seen")
@require(Permission.MEALS_MEND)
def see_double() -> Response:
    """Note that a double meal was seen here."""
    form = SeenForm()
    if form.validate_on_submit() and form.sitting.data in set(Sitting):
        with transaction():
            service.see_double(
                form.resident_no.data or "",
                form.served_on.data,
                Sitting(form.sitting.data),
                meals_seen=form.meals.data,
                by=viewer(),
                at=clock.now(),
            )
    return redirect(url_for("tablets.worklist", _anchor="doubles"))


def waiting() -> int:
    """Count what waits for the viewer."""
    return queries.waiting(viewer().scope)


counts["tablets.worklist"] = waiting


@dataclass(frozen=True, slots=True)
class Shown:
    """A record that was kept apart, as a card shows it: what can be read, and the rest as it came."""

    proposal: Proposal
    who: str
    sitting: Text | str
    channel: Text | str
    price_fen: int | None
    price: str
    time: str

    @property
    def can_be_set_aside(self) -> bool:
        """Tell whether it still waits."""
        return self.proposal.row.outcome is None


def _shown(proposal: Proposal) -> Shown:
    draft, raw = proposal.draft, proposal.raw
    return Shown(
        proposal,
        who=as_sent(raw, "resident"),
        sitting=draft.sitting.label if draft.sitting is not None else as_sent(raw, "sitting"),
        channel=draft.channel.label if draft.channel is not None else as_sent(raw, "channel"),
        price_fen=draft.price_fen,
        price=as_sent(raw, "price_fen"),
        time=as_sent(raw, "served_at"),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """Two contents under one number, side by side; `other` is None when it cannot be read."""

    found: TwoContents
    other: Content | None
    form: OtherForm
    is_reversed: bool

    @property
    def who(self) -> str:
        """Give whom the other content names."""
        if self.other is None:
            return ""
        return "" if self.other.identity_index is not None else masked(self.other.resident)


def _list(*, refused: Mapping[int, OtherForm] | None = None) -> str:
    scope, today = viewer().scope, clock.today()
    page = page_of(queries.kept(scope), per_page=_PER_PAGE)
    shown = [_shown(proposal) for proposal in service.proposals(page.rows, scope=scope)]
    doubles = _unseen(queries.doubles(scope, today - DOUBLES_WITHIN, today))
    contents = _compared(queries.two_contents(scope), refused or {})
    return render_template(
        "tablets/worklist.html",
        page=page,
        shown=shown,
        contents=contents,
        doubles=doubles,
        people=meals.people({double.resident_no for double in doubles} | _named(contents)),
        sites={code: site.name for code, site in canteens.sites_by_code().items()},
        waiting=waiting(),
        form=EmptyForm(),
        Outcome=Outcome,
    )


def _compared(found: Sequence[TwoContents], refused: Mapping[int, OtherForm]) -> list[Compared]:
    undone = meals.reversed_among([each.first.id for each in found])
    reason = say(text("The other content under this number is the right one"))
    return [
        Compared(
            each,
            _content(each),
            refused.get(each.conflict.id) or OtherForm(None, reason=reason),
            each.first.id in undone,
        )
        for each in found
    ]


def _content(found: TwoContents) -> Content | None:
    try:
        return read_content(found.conflict.content)
    except (ValueError, TypeError, IndexError):
        return None


def _named(contents: Sequence[Compared]) -> set[str]:
    numbers = {each.found.first.resident_no for each in contents}
    return numbers | {each.other.resident for each in contents if each.other is not None}


def _unseen(doubles: Sequence[Double]) -> list[Double]:
    """Give the double meals that nobody at the viewer's site, or office, has seen as they are now."""
    first = min((double.served_on for double in doubles), default=clock.today())
    rows = queries.seen_doubles(viewer().scope.site_code or "", first)
    seen = {(row.resident_no, row.served_on, row.sitting): row.meals for row in rows}
    return [double for double in doubles if seen.get(double.key, 0) < len(double.meals)]


def _proposal(kept_id: int) -> Proposal:
    row = queries.kept_record(kept_id, viewer().scope)
    if row is None:
        raise NotFound(text("There is no such record, or it is not yours to see."))
    (proposal,) = service.proposals([row], scope=viewer().scope)
    return proposal


def _mend_form(proposal: Proposal, **chosen: str) -> MendForm:
    """Give the form as it begins, whatever else was posted."""
    return MendForm(None, proposal=proposal, sites=sites_of_viewer(), **chosen)


def _kept_page(
    proposal: Proposal,
    form: MendForm,
    *,
    words: str = "",
    found: Sequence[Resident] = (),
    aside: SetAsideForm | None = None,
) -> str:
    on = clock.on(proposal.row.received_at)
    chosen = meals.people([form.resident_no.data or ""]) if form.resident_no else {}
    return render_template(
        "tablets/kept.html",
        each=_shown(proposal),
        form=form,
        aside=aside or SetAsideForm(None),
        words=words,
        found=persons(found, on),
        chosen=next(iter(persons(chosen.values(), on).values()), None),
        other_meal=_other_meal(proposal),
        fix_form=EmptyForm(),
    )


def _other_meal(proposal: Proposal) -> LedgerRecord | None:
    """Give the meal that stands in the ledger under the record's own id."""
    return meals.meal(proposal.other_id, viewer().scope) if proposal.other_id is not None else None
