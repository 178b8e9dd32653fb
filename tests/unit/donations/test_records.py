"""What may be written down of a donation: an amount there can be, a donor with a name, a day that came."""

from __future__ import annotations

from datetime import date

import pytest

from app.donations.rules.records import DonationRecord
from app.sheet.cells import Unreadable

RECEIVED = date(2026, 10, 8)


def a_record(
    amount_fen: int = 1_00, *, received_on: date = RECEIVED, donor: str = "", is_public: bool = False
) -> DonationRecord:
    return DonationRecord("慈善资助", received_on, amount_fen, "捐1号", donor, is_public)


@pytest.mark.parametrize("amount_fen", [1, 100_000_000_00])
def test_an_amount_lies_between_a_fen_and_a_hundred_million_yuan(amount_fen: int) -> None:
    assert a_record(amount_fen).amount_fen == amount_fen


@pytest.mark.parametrize("amount_fen", [-1, 0, 100_000_000_01])
def test_any_other_amount_is_refused(amount_fen: int) -> None:
    with pytest.raises(Unreadable, match="100 million") as refused:
        a_record(amount_fen)
    assert refused.value.field == "amount_fen"
    assert str(refused.value.remedy).startswith("Compare it with the receipt")


def test_only_a_donor_with_a_name_is_named_in_public() -> None:
    with pytest.raises(Unreadable, match="without a name") as refused:
        a_record(is_public=True)
    assert refused.value.field == "is_public"
    assert str(refused.value.remedy).startswith("Write the name")
    assert a_record(is_public=True, donor="某企业").is_public
    assert not a_record(donor="某企业").is_public


def test_a_donation_is_of_nobody_and_not_public_unless_it_says_so() -> None:
    record = DonationRecord("慈善资助", RECEIVED, 1_00, "捐1号")
    assert (record.donor, record.is_public) == ("", False)


@pytest.mark.parametrize(
    ("received_on", "today"),
    [(RECEIVED, RECEIVED), (RECEIVED, date(2026, 10, 9)), (date(2000, 1, 1), RECEIVED)],
)
def test_a_donation_came_in_on_a_day_that_has_come(received_on: date, today: date) -> None:
    a_record(received_on=received_on).ensure_received_by(today)


@pytest.mark.parametrize(
    ("received_on", "today"), [(RECEIVED, date(2026, 10, 7)), (date(1999, 12, 31), RECEIVED)]
)
def test_a_donation_of_another_day_is_refused(received_on: date, today: date) -> None:
    with pytest.raises(Unreadable, match=f"{received_on} is not a day") as refused:
        a_record(received_on=received_on).ensure_received_by(today)
    assert refused.value.field == "received_on"
    assert str(refused.value.remedy) == "Write the day on the receipt."
