"""Looking through a statement's canonical lines without reading them all."""

from __future__ import annotations

import random
from datetime import date

from app.canteens.rules import Sitting
from app.settlement.rules.canonical import canonical_line
from app.settlement.rules.lines import Line
from app.settlement.rules.written import WrittenLines
from app.subsidy.rules import Reason
from tests.unit.settlement.test_statement_rules import a_line


def some_lines() -> list[Line]:
    chance = random.Random(5)  # noqa: S311 - the same each time
    return [
        a_line(
            meal_id=f"m{number:03}",
            resident_no=f"R-{chance.randrange(20):06}",
            served_on=date(2026, 10, chance.randint(1, 3)),
            sitting=chance.choice(list(Sitting)),
            reason=chance.choice([Reason.OK, Reason.OK, Reason.CAP_DAY]),
        )
        for number in range(200)
    ]


def test_lines_stand_in_the_order_of_the_printed_list_and_are_read_as_they_were_written() -> None:
    lines = some_lines()
    written = WrittenLines.of(b"".join(map(canonical_line, lines)))
    listed = sorted(lines, key=lambda line: line.place)
    assert (len(written), list(written)) == (200, listed)
    assert (written[50:100], written[-1], written[500:]) == (listed[50:100], listed[-1], [])


def test_lines_are_counted_and_chosen_by_reason() -> None:
    lines = some_lines()
    written = WrittenLines.of(b"".join(map(canonical_line, lines)))
    capped = [line for line in sorted(lines, key=lambda line: line.place) if line.reason is Reason.CAP_DAY]
    assert list(written.because(Reason.CAP_DAY)) == capped
    assert list(written.reasons.items()) == [(Reason.OK, 200 - len(capped)), (Reason.CAP_DAY, len(capped))]
    assert len(written.because(Reason.REVERSED)) == 0


def test_marks_within_words_are_read_as_what_they_are() -> None:
    odd = [a_line(meal_id=f"m{place}", resident_no=word) for place, word in enumerate(('R"1', "R\\2", "R,3"))]
    written = WrittenLines.of(b"".join(map(canonical_line, odd)))
    assert list(written) == sorted(odd, key=lambda line: line.place)
    assert written.reasons == {Reason.OK: 3}


def test_a_statement_may_have_no_lines() -> None:
    assert (list(WrittenLines.of(b"")), WrittenLines.of(b"").reasons) == ([], {})
