"""Home of taking in what a tablet sends: each record answered for itself, none lost, none twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from app import clock
from app.audit import service as audit
from app.extensions import db
from app.meals import service as ledger
from app.meals.rules import LedgerEntry
from app.sealing import keyring
from app.till import queries
from app.till.models import QuarantinedRecord, Tablet
from app.till.rules.quarantine import Problem, Unfit
from app.till.rules.receipts import TabletReceipt, of_ledger, of_quarantine
from app.till.rules.records import SentRecord, maker_of, read_record, record_id_of, sequence_number
from app.till.service.release import release_known
from app.till.service.settled import receipt_of
from app.till.service.tablets import Report, actor_of, note_report
from app.till.service.who import People, people_meant

_AHEAD_AT_MOST = timedelta(days=1)
_CONTENT = "quarantined_record.content"


class Spoiled(Exception):
    """A batch holds what no database stores: take it again guarded, in a new act."""


def take_batch(
    tablet_id: int,
    records: Sequence[object],
    report: Report | None,
    *,
    at: datetime,
    is_guarded: bool = True,
) -> list[TabletReceipt]:
    """Take in a tablet's batch, and note what it says of itself; give one receipt a record, in their order.

    A record that cannot be taken as it is goes to quarantine, and the others go on. The same record again
    gets the same receipt, but for what later facts have changed since. Without a `report` the records came in
    a file, and the tablet itself said nothing.

    Raises: Spoiled, only for a batch that is said not to be: guarding every batch against what hardly any
    holds would make all of them slower.
    """
    tablet = queries.tablet_locked(tablet_id)
    receipts: list[TabletReceipt] = []
    if not records:
        # With nobody waiting there is time to look: somebody may have been registered as a record arrived.
        release_known(tablet.id, at=at)
    else:
        skew_seconds = report.skew_seconds(at) if report is not None else None
        receipts = _Batch(tablet, records, skew_seconds, at, is_guarded=is_guarded).taken()
    if report is not None:
        note_report(tablet, report, at=at)
    return receipts


@dataclass
class _Arrival:
    """One record of a batch: as it came, what it makes for the ledger, or why it makes nothing."""

    raw: object
    record_id: str
    entry: LedgerEntry | None = None
    problem: Problem | None = None
    identity_index: str | None = None
    receipt: TabletReceipt | None = None

    @cached_property
    def digest(self) -> str:
        """Give the digest under which it is kept apart, or was: most records never need one."""
        return digest_of(self.raw)


class _Batch:
    """The records of one tablet on their way into the ledger."""

    def __init__(
        self,
        tablet: Tablet,
        records: Sequence[object],
        skew_seconds: int | None,
        at: datetime,
        *,
        is_guarded: bool,
    ) -> None:
        """Look at what came, before anything is written."""
        self._tablet, self._skew_seconds, self._at, self._is_guarded = tablet, skew_seconds, at, is_guarded
        self._arrivals = [_Arrival(raw, record_id_of(raw)) for raw in records]

    def taken(self) -> list[TabletReceipt]:
        """Take all of them in."""
        self._answer_those_kept_apart()
        self._read()
        self._enter()
        self._keep_apart()
        self._count()
        return [arrival.receipt for arrival in self._arrivals if arrival.receipt is not None]

    def _answer_those_kept_apart(self) -> None:
        """Answer what is in quarantine, or was; another content under such an id joins it there."""
        kept: dict[str, dict[str, QuarantinedRecord]] = {}
        ids = {arrival.record_id for arrival in self._arrivals}
        nameless = {arrival.digest for arrival in self._arrivals if not arrival.record_id}
        for row in queries.kept_apart(ids, nameless):
            kept.setdefault(row.record_id, {})[row.digest] = row
        for arrival in self._arrivals:
            rows = kept.get(arrival.record_id, {})
            if rows and arrival.digest in rows:
                arrival.receipt = receipt_of(rows[arrival.digest])
            elif rows:
                arrival.problem = Problem.SAME_ID

    def _read(self) -> None:
        """Read the rest, and find out whom and where they mean."""
        sent: list[tuple[_Arrival, SentRecord]] = []
        for arrival in self._arrivals:
            if arrival.receipt is None and arrival.problem is None:
                try:
                    sent.append((arrival, read_record(arrival.raw)))
                except Unfit as fault:
                    arrival.problem = fault.problem
        people = people_meant({record.resident for _, record in sent})
        origins = queries.tablets_by_number({record.origin for _, record in sent if record.origin})
        undone = queries.sites_of_records({each.reverses for _, each in sent if each.reverses is not None})
        for arrival, record in sent:
            try:
                self._ensure_here(record, origins, undone)
                arrival.entry = self._entry(record, people)
            except Unfit as fault:
                arrival.problem = fault.problem
                arrival.identity_index = people.lookups.get(record.resident)

    def _ensure_here(
        self, record: SentRecord, origins: Mapping[str, Tablet], undone: Mapping[UUID, str]
    ) -> None:
        """Refuse what another site's tablet recorded, what undoes its meals, and what is yet to come.

        Raises: Unfit.
        """
        here = self._tablet.site_code
        if record.served_at > self._at + _AHEAD_AT_MOST:
            raise Unfit(Problem.AHEAD)
        if record.origin and (record.origin not in origins or origins[record.origin].site_code != here):
            raise Unfit(Problem.OTHER_SITE)
        if record.reverses is not None and undone.get(record.reverses, here) != here:
            raise Unfit(Problem.OTHER_SITE)

    def _entry(self, record: SentRecord, people: People) -> LedgerEntry:
        resident_no, sent_as = people.named(record.resident)
        return LedgerEntry(
            id=record.id,
            resident_no=resident_no,
            site_code=self._tablet.site_code,
            served_on=clock.on(record.served_at),
            sitting=record.sitting,
            channel=record.channel,
            price_fen=record.price_fen,
            served_at=record.served_at,
            recorded_by=record.by,
            tablet=record.origin or self._tablet.tablet_no,
            reverses=record.reverses,
            reason=record.reason,
            sent_as=sent_as,
            seq=record.seq,
            skew_seconds=self._skew_seconds,
            payment=record.payment,
            companion_of=record.companion_of,
            found_by=record.found_by,
        )

    def _enter(self) -> None:
        """Let the ledger take what is fit for it; where it refuses one, the others go in without it."""
        fit = [arrival for arrival in self._arrivals if arrival.entry is not None]
        if not fit or self._entered(fit):
            return
        for arrival in fit:
            if not self._entered([arrival]):
                arrival.problem, arrival.entry = Problem.NOT_STORED, None

    def _entered(self, arrivals: Sequence[_Arrival]) -> bool:
        entries = [arrival.entry for arrival in arrivals if arrival.entry is not None]
        try:
            with db.session.begin_nested() if self._is_guarded else nullcontext():
                receipts = ledger.take(entries, by=actor_of(self._tablet), at=self._at)
        except (DataError, IntegrityError) as error:
            if not self._is_guarded:
                raise Spoiled from error
            return False
        rivalled = [
            entry
            for entry, receipt in zip(entries, receipts, strict=True)
            if entry.resident_no and receipt.decision is not None and receipt.decision.rivals
        ]
        others = queries.witnesses(
            {entry.resident_no for entry in rivalled}, {entry.served_on for entry in rivalled}
        )
        for arrival, entry, receipt in zip(arrivals, entries, receipts, strict=True):
            key = (entry.resident_no, entry.served_on, entry.sitting)
            arrival.receipt = of_ledger(receipt, others.get(key, ()))
        return True

    def _keep_apart(self) -> None:
        """Put into quarantine what could not be taken, whole and sealed."""
        rows: dict[tuple[str, str], QuarantinedRecord] = {}
        for arrival in self._arrivals:
            if arrival.problem is None:
                continue
            key = (arrival.record_id, arrival.digest)
            is_new = key not in rows
            if is_new:
                rows[key] = self._row(arrival, arrival.problem)
            arrival.receipt = of_quarantine(
                record_id=arrival.record_id,
                digest=arrival.digest,
                problem=arrival.problem,
                content=arrival.raw,
                is_new=is_new,
            )
        if rows:
            db.session.add_all(rows.values())
            db.session.flush()
            detail = {"records": len(rows), "problems": sorted({row.problem.value for row in rows.values()})}
            subject = f"tablet:{self._tablet.tablet_no}"
            audit.record(
                "records.quarantined", subject, by=actor_of(self._tablet), at=self._at, detail=detail
            )

    def _row(self, arrival: _Arrival, problem: Problem) -> QuarantinedRecord:
        return QuarantinedRecord(
            tablet_id=self._tablet.id,
            record_id=arrival.record_id,
            digest=arrival.digest,
            problem=problem,
            content=json.dumps(arrival.raw),
            identity_index=arrival.identity_index,
            received_at=self._at,
            skew_seconds=self._skew_seconds,
        )

    def _count(self) -> None:
        """Count what arrived for the first time, by the tablet that gave it its number."""
        by_maker: dict[str, list[_Arrival]] = {}
        for arrival in self._arrivals:
            by_maker.setdefault(maker_of(arrival.raw), []).append(arrival)
        own = by_maker.pop("", []) + by_maker.pop(self._tablet.tablet_no, [])
        _count(self._tablet, own)
        for maker in queries.tablets_by_number(by_maker.keys()).values() if by_maker else ():
            if maker.site_code == self._tablet.site_code:
                _count(queries.tablet_locked(maker.id), by_maker[maker.tablet_no])


def _count(maker: Tablet, arrivals: Sequence[_Arrival]) -> None:
    seqs = [seq for each in arrivals if (seq := sequence_number(each.raw)) is not None]
    new = [each for each in arrivals if each.receipt is not None and each.receipt.is_new]
    maker.received += len({each.digest if each.problem else each.record_id for each in new})
    maker.last_seq = max([maker.last_seq, *seqs])


def digest_of(raw: object) -> str:
    """Give the digest of a record that is kept apart; keyed, since it may hold an identity number.

    Which tablet carried it is no content: the same record may come again from where it was made.
    """
    content = {name: each for name, each in raw.items() if name != "tablet"} if isinstance(raw, dict) else raw
    return keyring.index(json.dumps(content, sort_keys=True, separators=(",", ":")), context=_CONTENT)
