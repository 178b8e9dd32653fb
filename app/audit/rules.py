"""Home of the chain: how an entry of the trail is hashed together with the one before it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.text import Text, text

START = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it is hashed; `detail` is canonical JSON."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    previous_hash: str

    @property
    def hash(self) -> str:
        """Give SHA-256 over the entry's members as a compact JSON list, the instant in UTC microseconds."""
        instant = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        members = [
            self.seq,
            instant,
            self.actor,
            self.action,
            self.subject,
            self.detail,
            self.previous_hash,
        ]
        return hashlib.sha256(canonical(members).encode()).hexdigest()


def canonical(value: object) -> str:
    """Write JSON in the one way that hashes agree on: sorted keys, no spaces, characters as they are.

    >>> canonical({"b": 1, "a": "老人"})
    '{"a":"老人","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def first_break(chain: Iterable[tuple[Entry, str]], *, head_seq: int, head_hash: str) -> Text | None:
    """Walk entries with their stored hashes from the first on; give the first break, or None when whole."""
    seq, previous = 0, START
    for entry, stored in chain:
        if entry.seq != seq + 1:
            return text("Entry {seq} is missing.", seq=seq + 1)
        if entry.previous_hash != previous:
            return text("Entry {seq} does not follow from the one before it.", seq=entry.seq)
        if entry.hash != stored:
            return text("Entry {seq} was altered.", seq=entry.seq)
        seq, previous = entry.seq, stored
    if (seq, previous) != (head_seq, head_hash):
        return text("The trail ends at entry {seq}, its head says {head}.", seq=seq, head=head_seq)
    return None


def act_label(action: str) -> Text:
    """Give an act's name for a screen; one that is not known here keeps the name that the trail holds.

    >>> str(act_label("resident.registered")), str(act_label("moon.seen"))
    ('resident registered', 'moon.seen')
    """
    return _ACTS.get(action) or text("{action}", action=action)


_ACTS = {
    "areas.taken": text("administrative places taken in"),
    "budget.set": text("budget of the year set"),
    "costs.set": text("costs of a site entered"),
    "coverage.measured": text("coverage measured"),
    "outreach.looked_at": text("list of residents to visit looked at"),
    "outreach.taken_away": text("list of residents to visit taken away"),
    "siting.studied": text("places for new sites studied"),
    "covers.forecast": text("covers forecast"),
    "circles.measured": text("circles of 15 minutes measured"),
    "demo.month_published": text("demo: months published"),
    "month.published": text("month published"),
    "menu.copied": text("menu of the week before taken over"),
    "menu.written": text("menu written"),
    "menus.imported": text("menus imported"),
    "site.closure_entered": text("closure of a site entered"),
    "site.closure_taken_back": text("closure of a site taken back"),
    "site.door_set": text("address and telephone of a site set"),
    "site.hours_set": text("hours of a site set"),
    "site.hours_taken_back": text("announced hours of a site taken back"),
    "day_note.taken_back": text("note on days taken back"),
    "day_note.written": text("note on days written"),
    "award.approved": text("award approved"),
    "award.assessed": text("canteen assessed"),
    "award.drafted": text("award drafted"),
    "award.drafted_again": text("award drafted again"),
    "award.instalment_paid": text("instalment of an award paid"),
    "award.voided": text("award declared void"),
    "award_policy.drafted": text("policy on awards drafted"),
    "award_policy.published": text("policy on awards published"),
    "award_policy.withdrawn": text("policy on awards withdrawn"),
    "calendar.day_removed": text("day of the calendar removed"),
    "calendar.day_set": text("day of the calendar set"),
    "call.answered": text("call answered"),
    "call.phone_revealed": text("phone number of somebody to call shown"),
    "call_sample.drawn": text("sample of residents to call drawn"),
    "call_sample.printed": text("list of residents to call printed"),
    "card.issued": text("card issued"),
    "card.lost": text("card reported lost"),
    "card.reissued": text("card issued anew"),
    "check.tuned": text("parameters of a check changed"),
    "check_case.answered": text("case of a check: explained by the site"),
    "check_case.asked": text("case of a check: site asked"),
    "check_case.assigned": text("case of a check: assigned"),
    "check_case.closed": text("case of a check: closed"),
    "check_case.linked": text("case of a check: recovery linked"),
    "check_case.noted": text("case of a check: finding noted"),
    "check_case.reopened": text("case of a check: opened again"),
    "checks.run": text("integrity checks run"),
    "complaint.contact_revealed": text("name and phone of a complaint looked at"),
    "complaint.emptied": text("words of a complaint erased"),
    "complaint.moved": text("complaint dealt with"),
    "complaint.received": text("complaint received"),
    "complaint_class.set": text("class of complaints set"),
    "complaint_supervisor.named": text("supervisor of late answers named"),
    "complaints.imported": text("complaints taken from the hotline’s sheet"),
    "conflict.first_right": text("two contents compared: the first is right"),
    "conflict.other_taken": text("two contents compared: the other taken"),
    "delivery.aside_set_aside": text("report of a phone set aside"),
    "delivery.aside_taken": text("kept-apart report of a phone taken"),
    "delivery.changed_by_hand": text("plan of deliveries changed by hand"),
    "delivery.run_locked": text("run locked against planning again"),
    "delivery.run_unlocked": text("run unlocked"),
    "delivery.cancelled_once": text("delivery cancelled for a day"),
    "delivery.change_taken_back": text("change of a day taken back"),
    "delivery.confirmed": text("list of the morning confirmed"),
    "delivery.exemption_granted": text("free delivery by exception granted"),
    "delivery.ordered_once": text("delivery ordered for a day"),
    "delivery.planned": text("deliveries planned"),
    "delivery.released": text("plan of deliveries released"),
    "delivery.report_kept_apart": text("report of a phone kept apart"),
    "delivery.reported": text("outcomes of stops reported"),
    "delivery_policy.proposed": text("policy on free delivery written"),
    "delivery_policy.returned": text("policy on free delivery not published"),
    "delivery_policy.published": text("policy on free delivery published"),
    "demo.awards_reckoned": text("demo: awards reckoned"),
    "demo.cards_issued": text("demo: cards issued"),
    "demo.checks_run": text("demo: checks run"),
    "demo.complaints_received": text("demo: complaints received"),
    "demo.deliveries_arranged": text("demo: deliveries arranged"),
    "demo.donations_received": text("demo: donations received"),
    "demo.made": text("demo: finished"),
    "demo.meals_served": text("demo: meals recorded"),
    "demo.portions_counted": text("demo: portions counted"),
    "demo.residents_registered": text("demo: residents registered"),
    "demo.covers_forecast": text("demo: covers forecast"),
    "demo.openings_told": text("demo: hours, menus and closures written"),
    "demo.sites_opened": text("demo: sites opened"),
    "demo.statements_drafted": text("demo: statements drafted"),
    "demo.tablets_placed": text("demo: tablets placed"),
    "difference.explained": text("difference of portions explained"),
    "donation.confirmed": text("donation confirmed"),
    "donation.corrected": text("donation corrected"),
    "donation.refused": text("donation refused"),
    "donation.registered": text("donation written down"),
    "donations.imported": text("donations taken from a file"),
    "family_contact.added": text("family's contact noted"),
    "family_contact.ended": text("family's contact erased"),
    "family_contact.phone_revealed": text("family's phone number looked at"),
    "family_link.issued": text("family's link issued"),
    "family_link.revoked": text("family's link revoked"),
    "food.measured": text("temperature at loading written"),
    "food.cooked": text("time of cooking written"),
    "food.sample_kept": text("sample of food written"),
    "fund.opened": text("charity fund opened"),
    "kitchen.delayed": text("kitchen noted as late"),
    "keys.rotated": text("sealed anew with a new key"),
    "job.asked": text("background work asked for"),
    "job.begun_again": text("background work begun again"),
    "job.cancelled": text("background work cancelled"),
    "meal.recorded": text("meal recorded"),
    "meals.imported": text("meals taken in from a file"),
    "meals.taken": text("meals taken in"),
    "care.closed": text("case of a missed meal closed"),
    "care.ordered": text("watching of sittings ordered"),
    "care.step_taken": text("step taken for a missed meal"),
    "care.visit_withdrawn": text("visit taken back"),
    "care.visited": text("visit written down"),
    "care.watched": text("sitting looked at, missed meals found"),
    "no_answer.closed": text("case of no answer closed"),
    "no_answer.opened": text("case of no answer opened"),
    "no_answer.ordered": text("steps for no answer ordered"),
    "no_answer.step_taken": text("step taken in a case of no answer"),
    "payee_account.confirmed": text("account of an operator confirmed"),
    "payee_account.proposed": text("account of an operator entered"),
    "payment.written": text("file of payments written"),
    "portions.counted": text("portions counted"),
    "portions.ordered": text("counting of portions ordered"),
    "purchases.entered": text("purchases of a kitchen entered"),
    "queue.loaded": text("tablet's file loaded"),
    "quarantine.set_aside": text("record set aside"),
    "quarantine.taken": text("kept-apart record taken in"),
    "records.quarantined": text("records kept apart"),
    "roads.loaded": text("roads loaded"),
    "sitting.closed": text("sitting closed"),
    "speeds.decided": text("riding speeds decided"),
    "backup.made": text("backup made"),
    "backup.restored": text("backup restored"),
    "tablet.enrolled": text("tablet enrolled"),
    "tablet.made": text("tablet prepared"),
    "tablet.revoked": text("tablet revoked"),
    "tablet.wiped": text("tablet wiped"),
    "photo_consent.ended": text("household agrees to photos no more"),
    "photo_consent.noted": text("household agreed to photos"),
    "handover_photo.erased": text("photos of hand-overs erased"),
    "handover_photo.seen": text("photo of a hand-over looked at"),
    "handover_photo.taken": text("photo of a hand-over taken"),
    "policy.approved": text("policy approved"),
    "policy.confirmed": text("policy confirmed for another year"),
    "policy.discarded": text("policy draft discarded"),
    "policy.draft_changed": text("policy draft changed"),
    "policy.drafted": text("policy drafted"),
    "policy.published": text("policy published"),
    "policy.returned": text("policy draft returned"),
    "policy.submitted": text("policy draft submitted"),
    "recovery.demanded": text("case of recovery: demanded"),
    "recovery.opened": text("case of recovery opened"),
    "recovery.repaid": text("case of recovery: repaid"),
    "recovery.waived": text("case of recovery: waived"),
    "resident.absence_begun": text("absence written down"),
    "resident.absence_ended": text("return written down"),
    "resident.absence_withdrawn": text("absence taken back"),
    "resident.category_begun": text("category written down"),
    "resident.category_ended": text("category ended"),
    "resident.category_withdrawn": text("category taken back"),
    "resident.edited": text("resident corrected"),
    "resident.identity_revealed": text("identity number looked at"),
    "resident.phone_revealed": text("phone number looked at"),
    "resident.phone_sent": text("phone number sent to the rider’s phone"),
    "resident.erased": text("personal data erased"),
    "resident.reported": text("report of personal data handed out"),
    "resident.registered": text("resident registered"),
    "resident.status_changed": text("status changed"),
    "resident.status_withdrawn": text("status taken back"),
    "status_list.answered": text("meals after a list's day answered for"),
    "status_list.applied": text("list applied"),
    "status_list.brought": text("list brought and looked at"),
    "status_list.decided": text("question of a list decided"),
    "status_list.discarded": text("list thrown away"),
    "status_list.names_forgotten": text("names of lists let go"),
    "status_list.taken_back": text("match of a list taken back"),
    "residents.imported": text("residents taken in from a file"),
    "reversal.recorded": text("meal reversed"),
    "rider.added": text("rider registered"),
    "rider.away": text("rider's absence noted"),
    "rider.back": text("rider's absence ended"),
    "rider.cover_ended": text("rider's cover ended"),
    "rider.covers": text("rider's cover noted"),
    "rider.certified": text("rider's hours certified"),
    "rider.hours_adjusted": text("correction of a rider's hours written"),
    "rider.hours_confirmed": text("correction of a rider's hours confirmed"),
    "rider.hours_refused": text("correction of a rider's hours refused"),
    "rider.map_chosen": text("rider's map app chosen"),
    "rider.papers_entered": text("rider's training and insurance entered"),
    "rider.papers_waived": text("rider let ride without papers"),
    "rider.waiver_ended": text("rider rides without papers no more"),
    "rider.phone_erased": text("phone of a rider who stopped erased"),
    "rider.retired": text("rider retired"),
    "rider_link.issued": text("rider's link issued"),
    "rider_link.opened_elsewhere": text("rider's link opened on another phone"),
    "rider_link.revoked": text("rider's link revoked"),
    "apart.emptied": text("settled records emptied"),
    "sessions.forgotten": text("old sessions deleted"),
    "sheet.keyed": text("sheet of paper keyed"),
    "sheet.printed": text("sheets of paper printed"),
    "sheet.taken": text("sheet of paper taken in"),
    "sheet.voided": text("sheet of paper declared void"),
    "site_paper.entered": text("licence or certificate of a site entered"),
    "site_paper.let_go": text("licence or certificate of a site let go"),
    "site.edited": text("site corrected"),
    "site.price_set": text("price set"),
    "site.registered": text("site registered"),
    "sites.imported": text("sites taken in from a file"),
    "statement.approved": text("statement approved"),
    "statement.drafted": text("statement drafted"),
    "statement.drafted_again": text("statement drafted again"),
    "statement.paid": text("statement paid"),
    "statement.returned": text("statement returned"),
    "statement.reviewed": text("statement reviewed"),
    "statement.submitted": text("statement handed in"),
    "statement.voided": text("statement declared void"),
    "statement.waived": text("statement's gaps waived"),
    "subscription.begun": text("delivery begun"),
    "subscription.ended": text("delivery ended"),
    "user.change_roles_asked": text("other roles or scope: asked"),
    "user.change_roles_refused": text("other roles or scope: refused"),
    "user.change_roles_withdrawn": text("other roles or scope: withdrawn"),
    "user.factor_reset": text("second factor taken off"),
    "user.factor_set": text("second factor set up"),
    "user.let_in": text("user let in"),
    "user.let_in_again": text("user let in again"),
    "user.let_in_asked": text("letting in: asked"),
    "user.let_in_refused": text("letting in: refused"),
    "user.let_in_withdrawn": text("letting in: withdrawn"),
    "user.off_board_asked": text("off-boarding: asked"),
    "user.off_board_refused": text("off-boarding: refused"),
    "user.off_board_withdrawn": text("off-boarding: withdrawn"),
    "user.off_boarded": text("user off-boarded"),
    "user.password_changed": text("own password changed"),
    "user.password_set": text("password set"),
    "user.pin_set": text("PIN set"),
    "user.recovery_code_used": text("recovery code used"),
    "user.recovery_codes_made": text("recovery codes made"),
    "user.reset_factor_asked": text("second factor taken off: asked"),
    "user.reset_factor_refused": text("second factor taken off: refused"),
    "user.reset_factor_withdrawn": text("second factor taken off: withdrawn"),
    "user.reset_password_asked": text("new password: asked"),
    "user.reset_password_refused": text("new password: refused"),
    "user.reset_password_withdrawn": text("new password: withdrawn"),
    "user.roles_changed": text("roles or scope changed"),
    "user.sessions_ended": text("signed out everywhere else"),
    "user.shut_out": text("user shut out"),
    "user.sign_in_refused": text("sign-in refused"),
    "user.signed_in": text("signed in"),
    "user.signed_out": text("signed out"),
}
