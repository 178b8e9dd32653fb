"""What the district watches on a tablet: silence, numbers that never came, meals that wait, a wrong clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.till.rules.completeness import Gap, GapKind, day_begins, tablet_gaps, was_at_the_counter
from app.till.rules.watch import Ground, State, TabletFacts, Worry, lasting, since, worries

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
SITE = SiteFacts("C01", SiteKind.CANTEEN, "430103005001", date(2024, 1, 1))
GROUND = Ground(NOW, SITE, version="v2", policy_reference="二号")
GOOD = TabletFacts(
    enrolled_at=NOW - timedelta(days=60),
    last_seen_at=NOW - timedelta(minutes=3),
    unsent=0,
    received=40,
    last_seq=40,
    version="v2",
    skew_seconds=-120,
    is_persisted=True,
    policy_reference="二号",
)


def found(**changes: Any) -> list[Worry]:  # noqa: ANN401 - any member of it
    return list(worries(replace(GOOD, **changes), GROUND))


def test_a_tablet_that_does_well_worries_nobody() -> None:
    assert found() == []
    assert found(unsent=3, oldest_unsent_at=NOW - timedelta(hours=4)) == []
    assert found(version="", policy_reference="", skew_seconds=None, is_persisted=None, unsent=None) == []


@pytest.mark.parametrize(
    ("changes", "worry"),
    [
        ({"last_seen_at": NOW - timedelta(days=1, seconds=1)}, Worry.SILENT),
        ({"last_seen_at": None}, Worry.SILENT),
        ({"last_seq": 41}, Worry.MISSING),
        ({"unsent": 3, "oldest_unsent_at": NOW - timedelta(hours=4, seconds=1)}, Worry.UNSENT),
        ({"skew_seconds": 121}, Worry.CLOCK),
        ({"skew_seconds": -121}, Worry.CLOCK),
        ({"policy_reference": "一号"}, Worry.POLICY),
        ({"version": "v1"}, Worry.VERSION),
        ({"is_persisted": False}, Worry.STORAGE),
    ],
)
def test_each_thing_that_is_wrong_is_named(changes: dict[str, object], worry: Worry) -> None:
    assert found(**changes) == [worry]
    assert str(worry.advice)


def test_the_most_pressing_comes_first() -> None:
    assert found(version="v1", last_seq=50, last_seen_at=NOW - timedelta(days=3)) == [
        Worry.SILENT,
        Worry.MISSING,
        Worry.VERSION,
    ]


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "is_worry"),
    [
        (date(2024, 1, 1), None, True),
        (date(2024, 1, 1), date(2026, 3, 8), False),
        (date(2024, 1, 1), date(2026, 3, 9), True),
        (date(2026, 3, 10), None, True),
        (date(2026, 3, 11), None, False),
    ],
)
def test_silence_matters_only_while_the_site_is_open(
    opened_on: date, closed_on: date | None, *, is_worry: bool
) -> None:
    ground = replace(GROUND, site=replace(SITE, opened_on=opened_on, closed_on=closed_on))
    silent = replace(GOOD, last_seen_at=datetime(2026, 3, 7, 4, 0, tzinfo=UTC))
    assert worries(silent, ground) == ((Worry.SILENT,) if is_worry else ())


def test_a_prepared_tablet_is_waited_for_in_peace() -> None:
    prepared = TabletFacts()
    assert prepared.state is State.PREPARED
    assert worries(prepared, GROUND) == ()


def test_of_a_revoked_tablet_only_what_it_may_have_kept_matters() -> None:
    assert found(revoked_at=NOW, last_seen_at=None, version="v1", skew_seconds=999) == []
    left = replace(GOOD, revoked_at=NOW, unsent=2, last_seq=43)
    assert worries(left, GROUND) == (Worry.MISSING, Worry.LEFT_BEHIND)
    assert left.state is State.REVOKED
    assert replace(left, wiped_at=NOW).state is State.WIPED


def test_more_records_than_numbers_are_no_gap() -> None:
    assert replace(GOOD, received=50).missing == 0


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(minutes=60), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 d ago"),
        (timedelta(days=-1), "just now"),
    ],
)
def test_how_long_ago_is_said_in_words(ago: timedelta, words: str) -> None:
    assert str(since(NOW - ago, NOW)) == words


def test_never_is_never() -> None:
    assert str(since(None, NOW)) == "never"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 h")],
)
def test_how_long_is_said_in_words(seconds: int, words: str) -> None:
    assert str(lasting(seconds)) == words


FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
AFTER = day_begins(date(2026, 3, 1))
WHOLE = replace(GOOD, last_seen_at=AFTER)


def gaps(**changes: Any) -> list[tuple[GapKind, int]]:  # noqa: ANN401 - as above
    given = replace(WHOLE, **changes)
    return [(gap.kind, gap.count) for gap in tablet_gaps("C01", "T-1", given, first=FIRST, last=LAST)]


NOT_HEARD = [(GapKind.NOT_HEARD, 0)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"last_seen_at": AFTER - timedelta(seconds=1)}, NOT_HEARD),
        ({"last_seen_at": None}, NOT_HEARD),
        ({"enrolled_at": AFTER, "last_seen_at": None}, []),
        ({"enrolled_at": None, "last_seen_at": None}, []),
        ({"unsent": 4, "oldest_unsent_at": AFTER - timedelta(seconds=1)}, [(GapKind.UNSENT, 4)]),
        ({"unsent": 4, "oldest_unsent_at": AFTER}, []),
        ({"unsent": 4, "oldest_unsent_at": None}, [(GapKind.UNSENT, 4)]),
        ({"last_seq": 43}, [(GapKind.MISSING, 3)]),
        # Revoked within the days: it must have been heard of on that day.
        ({"revoked_at": day_begins(date(2026, 2, 10)), "last_seen_at": day_begins(date(2026, 2, 10))}, []),
        (
            {
                "revoked_at": day_begins(date(2026, 2, 10)),
                "last_seen_at": day_begins(date(2026, 2, 10)) - timedelta(seconds=1),
            },
            NOT_HEARD,
        ),
        # Revoked before them: it owes nothing any more.
        ({"revoked_at": day_begins(FIRST) - timedelta(seconds=1), "last_seen_at": None, "last_seq": 99}, []),
        # Revoked after them: as any other.
        ({"revoked_at": NOW, "last_seen_at": AFTER - timedelta(days=3)}, NOT_HEARD),
    ],
)
def test_what_is_missing_of_a_tablets_days(
    changes: dict[str, object], expected: list[tuple[GapKind, int]]
) -> None:
    assert gaps(**changes) == expected


def test_each_gap_is_a_sentence() -> None:
    paper = {GapKind.HALF_KEYED: "P-000001-3"}
    told = {
        kind: str(Gap(kind, "C01", "T-1", 3, NOW, FIRST, Sitting.LUNCH, paper.get(kind, "")).sentence)
        for kind in GapKind
    }
    assert told[GapKind.NOT_HEARD] == "T-1 was last heard of at 2026-03-10 12:00, before these days ended."
    assert told[GapKind.NOT_OVER] == "Not all of these days are over: the last is 2026-02-01."
    named = {
        kind: "2026-02-01 lunch: " if kind.is_of_portions else paper.get(kind, "T-1")
        for kind in GapKind
        if kind is not GapKind.NOT_OVER
    }
    assert all(words in told[kind] for kind, words in named.items())
    assert len(set(told.values())) == len(GapKind)
    assert str(Gap(GapKind.NOT_HEARD, "C01", "T-1").sentence) == "T-1 was never heard of."


def test_a_meal_of_the_counter_is_received_on_its_own_day() -> None:
    day = date(2026, 3, 2)
    assert was_at_the_counter(day, day_begins(date(2026, 3, 3)) - timedelta(seconds=1))
    assert not was_at_the_counter(day, day_begins(date(2026, 3, 3)))
