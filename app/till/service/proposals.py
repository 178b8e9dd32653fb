"""Home of what can be done about records kept apart: what the rules offer, given all that is known by now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.meals import queries as meals
from app.residents.models import Resident
from app.roles import Scope
from app.till import queries
from app.till.models import QuarantinedRecord, Tablet
from app.till.rules.drafts import Draft, read_draft
from app.till.rules.mending import Fix, Known, Meant, Place, fixes, id_for
from app.till.rules.quarantine import Unfit
from app.till.service.who import People, people_meant


@dataclass(frozen=True, slots=True)
class Proposal:
    """A record that was kept apart, with what can be read of it and what one tap can do about it.

    `record_id` is the id under which it goes into the ledger.
    """

    row: QuarantinedRecord
    raw: object
    draft: Draft
    known: Known
    record_id: UUID
    fixes: tuple[Fix, ...]

    @property
    def other_id(self) -> UUID | None:
        """Give the record that stands in the ledger under this one's id, if it is another one."""
        return self.draft.id if self.known.is_id_taken and self.row.meal_id != self.draft.id else None


def proposals(rows: Sequence[QuarantinedRecord], *, scope: Scope) -> list[Proposal]:
    """Say of each record what somebody with this scope can do about it; nothing once it is settled."""
    raws = [json.loads(row.content) for row in rows]
    drafts = [read_draft(raw) for raw in raws]
    around = _Surroundings.of(drafts, scope=scope)
    found = []
    for row, raw, draft in zip(rows, raws, drafts, strict=True):
        known = around.known(row, draft)
        offered = fixes(row.problem, draft, known) if row.settled_at is None else ()
        found.append(Proposal(row, raw, draft, known, id_for(row.problem, draft, known), offered))
    return found


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is known now around some records, asked for once for all of them."""

    people: People
    residents: Mapping[str, Resident]
    taken_ids: Mapping[UUID, str]
    origins: Mapping[str, Tablet]
    undone: Mapping[UUID, str]
    sites: Mapping[str, Site]
    sites_in_reach: frozenset[str]

    @classmethod
    def of(cls, drafts: Sequence[Draft], *, scope: Scope) -> _Surroundings:
        people = people_meant({draft.resident for draft in drafts})
        sites = canteens.sites_by_code()
        return cls(
            people=people,
            residents=meals.people(set(people.by_name.values())),
            taken_ids=meals.digests_of({draft.id for draft in drafts if draft.id is not None}),
            origins=queries.tablets_by_number({draft.origin for draft in drafts if draft.origin}),
            undone=queries.sites_of_records({each.reverses for each in drafts if each.reverses is not None}),
            sites=sites,
            sites_in_reach=frozenset(
                code for code, site in sites.items() if scope.covers_site(code, site.area_code)
            ),
        )

    def known(self, row: QuarantinedRecord, draft: Draft) -> Known:
        """Give what the rules must know about one record."""
        here = row.tablet.site_code
        origin = self.origins.get(draft.origin)
        undone = self.undone.get(draft.reverses) if draft.reverses is not None else None
        meant, may_stand = self._meant(draft.resident)
        return Known(
            tablet_no=row.tablet.tablet_no,
            digest=row.digest,
            here=self._place(here),
            received_at=row.received_at,
            skew_seconds=row.skew_seconds,
            is_id_taken=draft.id in self.taken_ids,
            meant=meant,
            may_stand=may_stand,
            prices=_prices(here),
            origin=self._place(origin.site_code) if origin is not None else None,
            undone=self._place(undone) if undone is not None else None,
            sites_in_reach=self.sites_in_reach,
        )

    def _meant(self, name: str) -> tuple[Meant | None, bool]:
        """Give whom a name means now; else whether it may stand in the ledger as it is."""
        try:
            resident_no, sent_as = self.people.named(name)
        except Unfit:
            return None, False
        resident = self.residents.get(resident_no)
        return (None if resident is None else Meant(resident_no, resident.name, sent_as)), True

    def _place(self, site_code: str) -> Place:
        return Place(site_code, self.sites[site_code].name)


def _prices(site_code: str) -> list[tuple[Sitting, date, int]]:
    return [(price.sitting, price.from_on, price.price_fen) for price in canteens.prices_of(site_code)]
