"""Home of the page of a resident's family: whom to call, and the link by which each of them changes days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import current_app, redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery.forms.family import ContactForm, LinkForm, PhotoConsentForm
from app.delivery.models.family import FamilyLink
from app.delivery.queries.family import contact as contact_in
from app.delivery.queries.family import contacts_of, family_links
from app.delivery.queries.photos import photo_consent
from app.delivery.rules.family import USUAL_LINK_DAYS
from app.delivery.service.family import (
    add_contact,
    end_contact,
    family_token,
    issue_family_link,
    reveal_contact_phone,
    revoke_family_link,
)
from app.delivery.views.blueprint import bp
from app.delivery.views.links import drawn_code
from app.delivery.views.subscriptions import resident_named
from app.errors import DomainError, NotFound
from app.residents.rules.contact import masked_phone
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

_REFUSED = 422
Answer = Response | tuple[str, int]


@bp.get("/families/<resident_no>")
@require(Permission.DELIVERY_EDIT)
def family(resident_no: str) -> str:
    """Show whom to call about a resident, with the link of each."""
    return _page(resident_no, ContactForm(formdata=None, agreed_on=clock.today()))


@bp.post("/families/<resident_no>")
@require(Permission.DELIVERY_EDIT)
def keep_contact(resident_no: str) -> Answer:
    """Keep somebody to call."""
    form = ContactForm()
    resident_named(resident_no)
    if form.validate_on_submit():
        try:
            with transaction():
                add_contact(resident_no, form.contact, by=viewer(), at=clock.now())
            notice(text("Saved."))
            return redirect(url_for("delivery.family", resident_no=resident_no))
        except DomainError as error:
            form.refuse(error)
    return _page(resident_no, form), _REFUSED


@bp.post("/contacts/<int:contact_id>/phone")
@require(Permission.DELIVERY_EDIT)
def contact_phone(contact_id: int) -> str:
    """Show the phone number of a contact to somebody who asks for it; the look is recorded."""
    with transaction():
        resident_no, number = reveal_contact_phone(contact_id, by=viewer(), at=clock.now())
    form = ContactForm(formdata=None, agreed_on=clock.today())
    return _page(resident_no, form, numbers={contact_id: number})


@bp.post("/contacts/<int:contact_id>/end")
@require(Permission.DELIVERY_EDIT)
def drop_contact(contact_id: int) -> Response:
    """Call somebody no more, and erase who they were."""
    with transaction():
        resident_no = end_contact(contact_id, by=viewer(), at=clock.now())
    notice(text("Name and number are erased; a link that there was opens nothing any more."))
    return redirect(url_for("delivery.family", resident_no=resident_no))


@bp.post("/contacts/<int:contact_id>/link")
@require(Permission.DELIVERY_EDIT)
def give_link(contact_id: int) -> Answer:
    """Give a contact a link, in place of the one that they had."""
    form = LinkForm()
    found = contact_in(contact_id, viewer().scope)
    if found is None:
        raise NotFound(text("This contact is no longer kept."))
    resident_no = found.resident.resident_no
    if form.validate_on_submit():
        try:
            with transaction():
                issue_family_link(contact_id, form.until_on.data, by=viewer(), at=clock.now())
            notice(text("The link is made. Let them scan the code, or send them the link."))
            return redirect(url_for("delivery.family", resident_no=resident_no))
        except DomainError as error:
            form.refuse(error)
    return _page(resident_no, ContactForm(formdata=None), refused=(contact_id, form)), _REFUSED


@bp.post("/contacts/<int:contact_id>/link/revoke")
@require(Permission.DELIVERY_EDIT)
def drop_link(contact_id: int) -> Response:
    """Let a contact's link open nothing any more."""
    with transaction():
        resident_no = revoke_family_link(contact_id, by=viewer(), at=clock.now())
    notice(text("The link opens nothing any more."))
    return redirect(url_for("delivery.family", resident_no=resident_no))


def _page(
    resident_no: str,
    form: ContactForm,
    *,
    refused: tuple[int, LinkForm] | None = None,
    numbers: Mapping[int, str] | None = None,
) -> str:
    resident, today = resident_named(resident_no), clock.today()
    contacts = contacts_of(resident.id)
    links = family_links([each.id for each in contacts])
    addresses = {contact: _address(link) for contact, link in links.items() if link.until_on > today}
    usual = today + timedelta(days=USUAL_LINK_DAYS)
    forms = {each.id: LinkForm(formdata=None, until_on=usual) for each in contacts}
    if refused is not None:
        forms[refused[0]] = refused[1]
    return render_template(
        "delivery/family.html",
        resident=resident,
        contacts=contacts,
        links=links,
        addresses=addresses,
        numbers=numbers or {},
        masked_phone=masked_phone,
        codes={contact: drawn_code(address) for contact, address in addresses.items()},
        people=users.names_of({each.noted_by for each in contacts}),
        contact_form=form,
        link_forms=forms,
        form=EmptyForm(),
        today=today,
        photo=photo_consent(resident.id),
        photo_form=PhotoConsentForm(formdata=None, photo_agreed_on=today),
        photo_days=current_app.config["MEAL_CIRCLE"].photo_days,
    )


def _address(link: FamilyLink) -> str:
    """Give a link; what stands behind the # stays in the browser, and in no log of ours."""
    return f"{url_for('family.door', _external=True)}#{family_token(link)}"
