from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.audit.rules import START, Entry, first_break

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def chain_of(length: int) -> list[tuple[Entry, str]]:
    chain: list[tuple[Entry, str]] = []
    for seq in range(1, length + 1):
        entry = Entry(seq, AT, "U-1", "meal.recorded", f"meal:{seq}", "{}", chain[-1][1] if chain else START)
        chain.append((entry, entry.hash))
    return chain


def broken(chain: list[tuple[Entry, str]], head: tuple[Entry, str]) -> str:
    return str(first_break(chain, head_seq=head[0].seq, head_hash=head[1]))


def test_a_chain_as_it_was_written_is_whole() -> None:
    chain = chain_of(4)
    assert first_break(chain, head_seq=4, head_hash=chain[-1][1]) is None
    assert first_break([], head_seq=0, head_hash=START) is None


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "U-2"},
        {"action": "meal.reversed"},
        {"subject": "meal:9"},
        {"detail": '{"a":1}'},
        {"at": AT.replace(microsecond=1)},
    ],
)
def test_a_changed_member_is_found_at_its_entry(change: dict[str, object]) -> None:
    chain = chain_of(4)
    entry, stored = chain[1]
    chain[1] = (replace(entry, **change), stored)  # type: ignore[arg-type]  # one member each
    assert broken(chain, chain[-1]) == "Entry 2 was altered."


def test_a_changed_entry_with_a_fresh_hash_breaks_the_next_one() -> None:
    chain = chain_of(4)
    forged = replace(chain[1][0], actor="U-2")
    chain[1] = (forged, forged.hash)
    assert broken(chain, chain[-1]) == "Entry 3 does not follow from the one before it."


def test_a_missing_entry_is_found_in_the_middle_and_at_the_end() -> None:
    chain = chain_of(4)
    assert broken([*chain[:1], *chain[2:]], chain[-1]) == "Entry 2 is missing."
    assert broken(chain[:3], chain[-1]) == "The trail ends at entry 3, its head says 4."
