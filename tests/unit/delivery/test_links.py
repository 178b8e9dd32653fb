"""Riders' links: nobody guesses one, and what a phone sends is read or refused, never half taken."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.rules.doors import map_links
from app.delivery.rules.links import (
    Sender,
    opens_until,
    read_report,
    report_id_of,
    signed_words,
    takes_until,
)
from app.delivery.rules.proof import Outcome, Via
from app.delivery.rules.signed import read_token, token_of
from app.place import Point

DAY = date(2026, 11, 23)
SENDER = Sender("Q-001", 12)
GOOD = {
    "id": str(UUID(int=1)),
    "run": 3,
    "position": 2,
    "outcome": "handed_over",
    "happened_at": "2026-11-23T11:42:07.123+08:00",
    "note": " 邻居代收 ",
}


@given(st.text(max_size=80))
def test_whatever_is_written_is_a_token_or_none(written: str) -> None:
    read = read_token(written)
    assert read is None or token_of(*read)[22:] == written[22:]


@given(st.uuids())
def test_a_token_reads_back(link_id: UUID) -> None:
    assert read_token(token_of(link_id, "ab" * 16)) == (link_id, "ab" * 16)


def test_a_signature_is_of_one_link_one_rider_and_one_day() -> None:
    one, other = uuid4(), uuid4()
    words = {
        signed_words(link, rider, day)
        for link in (one, other)
        for rider in (1, 2)
        for day in (DAY, date(2026, 11, 24))
    }
    assert len(words) == 8


def test_a_link_shows_its_day_until_four_and_takes_reports_a_week_longer() -> None:
    assert opens_until(DAY) == datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert takes_until(DAY) == datetime(2026, 11, 30, 20, tzinfo=UTC)


def test_a_report_is_read_as_it_was_sent() -> None:
    read = read_report(GOOD, SENDER)
    assert read is not None
    assert (read.run_id, read.position, read.outcome, read.via) == (3, 2, Outcome.HANDED_OVER, Via.LINK)
    assert (read.note, read.reported_by, read.skew_seconds) == ("邻居代收", "Q-001", 12)
    assert read.happened_at == datetime(2026, 11, 23, 3, 42, 7, 123_000, tzinfo=UTC)
    elsewhere = read_report(GOOD, Sender("Q-002", None))
    assert elsewhere is not None
    assert elsewhere.digest == read.digest


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"id": None},
        {"run": 0},
        {"run": 2**31},
        {"run": True},
        {"run": "3"},
        {"position": None},
        {"outcome": "eaten"},
        {"outcome": ["handed_over"]},
        {"happened_at": "2026-11-23T11:42:07"},
        {"happened_at": 5},
        {"note": "长" * 201},
        {"note": "\x00"},
    ],
)
def test_what_is_no_report_is_refused_whole(change: dict[str, object]) -> None:
    assert read_report(GOOD | change, SENDER) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.sampled_from(sorted(GOOD)), each),
    )
)
def test_whatever_a_phone_sends_is_read_or_refused(raw: object) -> None:
    assert read_report(raw, SENDER) is None or report_id_of(raw)
    assert len(report_id_of(raw)) <= 64


def test_each_map_app_is_given_the_datum_that_it_speaks() -> None:
    links = map_links(Point(28.1135, 112.9834), called="第3站")
    assert "112.98897" in links["amap"]
    assert "28.110" in links["amap"]
    assert "location=28.1158" in links["baidu"]
    assert "coord_type=bd09ll" in links["baidu"]
    assert "tocoord=28.110" in links["tencent"]
    assert all("第" not in link for link in links.values())


def test_each_map_app_opens_a_ride_and_baidu_from_the_stop_before() -> None:
    before = Point(28.1200, 112.9800)
    links = map_links(Point(28.1135, 112.9834), called="第3站", begins=before)
    assert "mode=ride&" in links["amap"]
    assert "callnative=1" in links["amap"], "the app itself opens, where the phone has it"
    assert "type=bike" in links["tencent"]
    page = urlsplit(links["baidu"])
    asked = parse_qs(page.query)
    assert (page.netloc, page.path) == ("api.map.baidu.com", "/direction")
    assert asked["origin"] == ["{:.5f},{:.5f}".format(*before.as_bd09())]
    assert asked["destination"] == ["{:.5f},{:.5f}".format(*Point(28.1135, 112.9834).as_bd09())]
    assert (asked["mode"], asked["coord_type"], asked["output"]) == (["riding"], ["bd09ll"], ["html"])


def test_the_app_of_baidu_begins_where_the_rider_is() -> None:
    link = urlsplit(map_links(Point(28.1135, 112.9834), called="第3站")["baidu_app"])
    asked = parse_qs(link.query)
    assert (link.scheme, link.netloc, link.path) == ("bdapp", "map", "/direction")
    assert "origin" not in asked
    door = "{:.6f},{:.6f}".format(*Point(28.1135, 112.9834).as_bd09())
    assert asked["destination"] == [f"name:第3站|latlng:{door}"]
    assert (asked["mode"], asked["coord_type"]) == (["riding"], ["bd09ll"])
