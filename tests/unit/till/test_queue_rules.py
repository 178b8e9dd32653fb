"""What becomes of an entry of the queue, when to try again, what is signed, and which file is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.till.rules.credentials import canonical_close
from tests.support.javascript import Script
from tests.support.source import APP

TILL = APP / "static" / "till"
ID = "0193f2a0-0000-7000-8000-000000000001"
SHOWN = {"government_fen": 300, "operator_fen": 0, "charity_fen": 0, "resident_fen": 1200, "reason": "ok"}
BODY = {
    "id": ID, "seq": 1, "resident": "R-000001", "sitting": "lunch", "channel": "dine_in", "price_fen": 1500,
    "served_at": "2026-11-23T23:30:00+08:00", "by": "U-1", "reverses": None, "reason": None,
}  # fmt: skip
RECEIPT = {"id": ID, "status": "accepted", "digest": "d1", "message": "", **SHOWN}
AT = "2026-11-23T15:30:01.000Z"


@pytest.fixture(scope="module")
def entries() -> Iterator[Script]:
    with Script(TILL / "entries.js", time_zone="Pacific/Honolulu") as script:
        yield script


@pytest.fixture(scope="module")
def pulse() -> Iterator[Script]:
    with Script(TILL / "pulse.js") as script:
        yield script


@pytest.fixture(scope="module")
def file() -> Iterator[Script]:
    with Script(TILL / "file.js") as script:
        yield script


@pytest.fixture(scope="module")
def pin() -> Iterator[Script]:
    with Script(TILL / "pin.js") as script:
        yield script


def entry(entries: Script, **changes: object) -> dict[str, Any]:
    made: dict[str, Any] = entries.call(
        "entryOf", BODY, {"seq": 1, "at": AT, "shown": SHOWN, "name": "王秀英", **changes}
    )
    return made


# ---- An entry ----


def test_an_entry_begins_as_saved_on_the_day_in_shanghai(entries: Script) -> None:
    made = entry(entries)
    assert (made["state"], made["held"], made["served_on"], made["sitting"]) == (
        "saved",
        1,
        "2026-11-23",
        "lunch",
    )


@pytest.mark.parametrize(
    ("changes", "state", "told"),
    [
        ({}, "sent", (False, False)),
        ({"government_fen": 0, "resident_fen": 1500, "reason": "cap_sitting"}, "sent", (True, True)),
        ({"reason": "cap_day"}, "sent", (True, True)),
        ({"status": "quarantined", "resident_fen": 0}, "attention", (False, True)),
        ({"status": "conflict"}, "attention", (False, True)),
    ],
)
def test_a_receipt_decides_where_the_entry_stands_and_whether_somebody_must_be_told(
    entries: Script,
    changes: dict[str, object],
    state: str,
    told: tuple[bool, bool],
) -> None:
    after = entries.call("answered", entry(entries), RECEIPT | changes)
    assert (after["state"], (after["corrected"], "news" in after)) == (state, told)
    assert "held" not in after
    assert (after["shown"], after["receipt"], after["digest"]) == (SHOWN, RECEIPT | changes, "d1")


def test_a_correction_is_news_and_the_same_again_is_none(entries: Script) -> None:
    after = entries.call("answered", entry(entries), RECEIPT)
    changed = RECEIPT | {"government_fen": 0, "resident_fen": 1500, "reason": "cap_sitting", "digest": "d2"}
    corrected = entries.call("answered", after, changed)
    assert (corrected["corrected"], corrected["news"], corrected["digest"]) == (True, 1, "d1")
    del corrected["news"]
    assert "news" not in entries.call("answered", corrected, changed)
    mended = entries.call("answered", corrected, RECEIPT)
    assert (mended["corrected"], mended["news"]) == (False, 1)


def test_what_somebody_has_settled_waits_for_nobody_but_is_news(entries: Script) -> None:
    kept_apart = RECEIPT | {"status": "quarantined"}
    waiting = entries.call("answered", entry(entries), kept_apart)
    del waiting["news"]
    settled = entries.call("answered", waiting, kept_apart | {"settled": True})
    assert (waiting["state"], settled["state"], settled["corrected"], settled["news"]) == (
        "attention",
        "sent",
        False,
        1,
    )


def test_what_the_tablet_itself_took_back_is_no_news(entries: Script) -> None:
    gone = RECEIPT | {"government_fen": 0, "resident_fen": 0, "reason": "reversed"}
    own = entries.call("answered", entry(entries), gone, {"isUndoneHere": True})
    others = entries.call("answered", entry(entries), gone)
    assert ("news" in own, own["corrected"]) == (False, False)
    assert ("news" in others, others["corrected"]) == (True, True)


def test_a_refused_entry_is_still_only_here_and_may_be_sent_again(entries: Script) -> None:
    refused = entries.call("refusedBy", entry(entries), {"status": 400, "message": "no"})
    assert (refused["state"], refused["held"], refused["news"]) == ("attention", 1, 1)
    again = entries.call("queuedAgain", refused)
    assert (again["state"], again["held"], again["refusal"]) == ("saved", 1, None)


def test_only_what_came_from_another_tablet_says_so(entries: Script) -> None:
    assert entries.call("asSent", entry(entries)) == BODY
    assert entries.call("asSent", entry(entries, origin="T-2")) == BODY | {"tablet": "T-2"}
    close = {"id": ID, "signature": "00"}
    made = entries.call("closeEntryOf", close, {"seq": 1, "at": AT, "origin": "T-2"})
    assert entries.call("asSent", made) == close


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (None, None),
        ({}, None),
        ({"receipts": {}}, None),
        ({"receipts": []}, ([], ["a", "b"])),
        ({"receipts": [None, 7, "a", [], {}]}, ([], ["a", "b"])),
        ({"receipts": [{"id": "b", "status": "accepted", "digest": "1"}]}, (["b"], ["a"])),
        ({"receipts": [{"id": "c", "status": "accepted", "digest": "1"}]}, ([], ["a", "b"])),
        ({"receipts": [{"id": "a", "status": "toString", "digest": "1"}]}, ([], ["a", "b"])),
        ({"receipts": [{"id": "a", "status": "accepted", "digest": 1}]}, ([], ["a", "b"])),
        ({"receipts": [{"id": "a", "status": "accepted", "digest": "1"}] * 2}, (["a"], ["b"])),
        (
            {"receipts": [{"id": "a", "status": "accepted", "digest": each} for each in "12"]},
            ([], ["a", "b"]),
        ),
    ],
)
def test_an_answer_holds_the_receipts_of_what_was_sent(
    entries: Script, answer: object, found: tuple[list[str], list[str]] | None
) -> None:
    given = entries.call("receiptsFor", ["a", "b"], answer)
    picked = given and ([receipt["id"] for receipt in given["receipts"]], given["missing"])
    assert picked == found


# ---- When to try again ----


def test_the_wait_doubles_from_two_seconds_to_a_minute_and_no_two_tablets_wait_alike(pulse: Script) -> None:
    def waits(chance: float) -> list[float]:
        asked = [({"kind": "offline"}, failures, 60_000, chance) for failures in range(1, 9)]
        return [wait / 1000 for wait in pulse.call_each("delayAfter", list(asked))]

    assert waits(1) == [2, 4, 8, 16, 32, 60, 60, 60]
    assert waits(0) == [2, 2, 4, 8, 16, 30, 30, 30]


def test_a_server_that_says_how_long_to_wait_is_believed_up_to_five_minutes(pulse: Script) -> None:
    asked = [({"kind": "busy", "retry_seconds": seconds}, 1, 60_000, 0) for seconds in (0, 30, 3600)]
    assert pulse.call_each("delayAfter", list(asked)) == [2_000, 30_000, 300_000]


def test_all_well_means_the_usual_time_and_an_end_means_never(pulse: Script) -> None:
    asked = [({"kind": kind}, 0, 60_000, 1) for kind in ("ok", "revoked", "unenrolled")]
    assert pulse.call_each("delayAfter", list(asked)) == [60_000, None, None]


# ---- What is signed ----

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
closes = st.dictionaries(
    st.sampled_from(["id", "sitting", "by", "reason", "meals", "signature", "a", "B", "_"]),
    words
    | st.integers(-(2**53), 2**53)
    | st.none()
    | st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)),
)


@given(st.lists(closes, min_size=10, max_size=10))
def test_the_form_that_is_signed_is_the_servers(pin: Script, signed: list[dict[str, Any]]) -> None:
    told = pin.call_each("canonical", [(close,) for close in signed])
    assert told == [canonical_close(close).decode() for close in signed]


# ---- A file of the queue ----

RECORD = {"id": ID, "seq": 1, "body": BODY, "shown": SHOWN, "state": "saved", "origin": None}
CLOSE = {"id": ID, "close": {"id": ID, "served_on": "2026-11-23", "sitting": "lunch", "signature": "00"}}
FILE = {"format": "till-queue/1", "tablet": "T-2", "site_code": "C01", "records": [RECORD], "closes": [CLOSE]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "json"),
        ('{"format": "till-queue/1", "rec', "json"),
        ("[]", "format"),
        ("null", "format"),
        ("{}", "format"),
        (json.dumps(FILE | {"format": "till-roster/1"}), "format"),
        (json.dumps(FILE | {"format": "till-queue/2"}), "version"),
        (json.dumps(FILE | {"records": None}), "members"),
        (json.dumps(FILE | {"tablet": None}), "members"),
        (json.dumps(FILE | {"closes": 7}), "members"),
        (json.dumps(FILE), None),
        ("\ufeff" + json.dumps(FILE), None),
    ],
)
def test_what_is_no_file_of_a_queue_is_refused_with_its_reason(
    file: Script, content: str, reason: str | None
) -> None:
    assert file.call("readFile", content)["reason"] == reason


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        {},
        RECORD | {"id": "1"},
        RECORD | {"body": BODY | {"id": ID.replace("1", "2")}},
        RECORD | {"body": BODY | {"price_fen": "15"}},
        RECORD | {"body": BODY | {"price_fen": 15.5}},
        RECORD | {"body": BODY | {"served_at": "yesterday"}},
        RECORD | {"body": BODY | {"sitting": ""}},
    ],
)
def test_one_bad_record_of_a_file_does_not_keep_out_the_others(file: Script, bad: object) -> None:
    read = file.call("readFile", json.dumps(FILE | {"records": [bad, RECORD]}))
    assert (len(read["records"]), len(read["closes"])) == (1, 1)
    assert [each["reason"] for each in read["refused"]] == ["members"]
