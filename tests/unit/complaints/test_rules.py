"""What becomes of a complaint, and when an answer is owed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.complaints.rules.classes import (
    DEFAULTS,
    ClassBook,
    ComplaintClass,
    due_on,
    ensure_class,
    working_days_between,
)
from app.complaints.rules.figures import Course, Figures, figures_of, month_days
from app.complaints.rules.intake import checked_content, complaint_no, number_in
from app.complaints.rules.sent import read_complaint
from app.complaints.rules.states import CALLS, ENDED, OPEN, WAITING, Act, State, may_follow, state_after
from app.complaints.rules.supervision import Level, Supervisor, supervision_of
from app.errors import Conflict, DomainError
from app.subsidy.rules import WorkCalendar
from app.till.rules.quarantine import Unfit

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
EXCEPTIONS = st.dictionaries(DAYS, st.booleans(), max_size=30)
ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_an_act_is_possible_or_refused_with_a_sentence(state: State, act: Act) -> None:
    if may_follow(state, act):
        assert state_after(state, act) in State
    else:
        with pytest.raises(Conflict):
            state_after(state, act)


def test_nothing_is_closed_that_was_not_answered_and_called_back() -> None:
    assert [state for state in State if may_follow(state, Act.CLOSED)] == [State.CALLED_BACK]
    assert all(may_follow(State.ANSWERED, act) for act in CALLS)
    assert [state for state in State if may_follow(state, Act.SATISFIED)] == [State.ANSWERED]
    assert state_after(State.ANSWERED, Act.DISSATISFIED) is State.ASSIGNED
    assert WAITING < OPEN
    assert not OPEN & ENDED


def test_from_every_state_an_end_can_be_reached() -> None:
    ending = set(ENDED)
    for _ in State:
        ending |= {
            state
            for state in State
            for act in Act
            if may_follow(state, act) and state_after(state, act) in ending
        }
    assert ending == set(State)


@given(DAYS, st.integers(1, 30), EXCEPTIONS)
def test_the_last_day_is_a_workday_so_many_workdays_away(
    day: date, days: int, exceptions: dict[date, bool]
) -> None:
    calendar = WorkCalendar(exceptions)
    due = due_on(day, days, calendar)
    assert calendar.is_workday(due)
    assert working_days_between(day, due, calendar) == days


def test_a_worked_saturday_counts_and_a_holiday_does_not() -> None:
    holidays = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
    assert due_on(date(2026, 9, 30), 3, WorkCalendar(holidays)) == date(2026, 10, 10)
    assert due_on(date(2026, 9, 30), 3, WorkCalendar()) == date(2026, 10, 5)


def test_the_usual_classes_take_3_7_15_or_30_days() -> None:
    assert {each.working_days for each in DEFAULTS} == {3, 7, 15, 30}


def test_a_class_changes_from_its_day_on_and_never_before() -> None:
    later = ON + timedelta(days=10)
    book = ClassBook(
        [
            ComplaintClass("taste", later, 3, "口味"),
            ComplaintClass("wish", later, 30, "心愿", is_offered=False),
        ]
    )
    assert [book.of("taste", day).working_days for day in (ON, later)] == [7, 3]
    assert "wish" in {each.code for each in book.offered(ON)}
    assert "wish" not in {each.code for each in book.offered(later)}
    assert book.of("no_such", ON).code == "other"
    with pytest.raises(DomainError):
        book.ensure_offered("wish", later)


@pytest.mark.parametrize(
    "wrong",
    [
        ComplaintClass("taste", ON, 3),
        ComplaintClass("taste", ON + timedelta(days=1), 0),
        ComplaintClass("taste", ON + timedelta(days=1), 61),
        ComplaintClass("other", ON + timedelta(days=1), 15, is_offered=False),
    ],
)
def test_what_is_in_force_or_cannot_be_kept_is_not_set(wrong: ComplaintClass) -> None:
    with pytest.raises(DomainError):
        ensure_class(wrong, today=ON)


STREETS, DISTRICTS = Supervisor("430103005", ON, "U-4"), Supervisor("430103", ON, "U-5")


@pytest.mark.parametrize(
    ("today", "area", "named", "level", "who"),
    [
        (date(2026, 11, 23), "430103005001", [STREETS, DISTRICTS], Level.STREET, "U-4"),
        (date(2026, 11, 24), "430103005001", [STREETS, DISTRICTS], Level.STREET, "U-4"),
        (date(2026, 11, 25), "430103005001", [STREETS, DISTRICTS], Level.DISTRICT, "U-5"),
        (date(2026, 11, 23), "430103006001", [STREETS, DISTRICTS], Level.STREET, "U-5"),
        (date(2026, 11, 23), "430103", [STREETS, DISTRICTS], Level.DISTRICT, "U-5"),
        (date(2026, 11, 23), "430103005001", [], Level.STREET, None),
    ],
)
def test_a_late_answer_climbs_by_the_clock(
    today: date, area: str, named: list[Supervisor], level: Level, who: str | None
) -> None:
    found = supervision_of(ON, area, today=today, calendar=WorkCalendar(), supervisors=named)
    assert found is not None
    assert (found.level, found.user_no) == (level, who)


def test_nobody_supervises_what_is_in_time() -> None:
    assert supervision_of(ON, "430103", today=ON, calendar=WorkCalendar(), supervisors=[DISTRICTS]) is None


def test_the_newest_named_supervisor_holds_from_their_day_on() -> None:
    named = [STREETS, Supervisor("430103005", ON + timedelta(days=4), "U-9")]
    found = [
        supervision_of(ON, "430103005001", today=day, calendar=WorkCalendar(), supervisors=named)
        for day in (date(2026, 11, 23), date(2026, 11, 24))
    ]
    assert [each.user_no for each in found if each] == ["U-4", "U-9"]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "好",
        "啊啊啊啊啊啊",
        "x" * 5,
        "看 https://a.example/b 网站",
        "点www.abc.cn看看",
        "我是430103195005010028的老人",
        "太咸" * 501,
    ],
)
def test_what_says_nothing_or_too_much_is_refused(bad: str) -> None:
    with pytest.raises(DomainError):
        checked_content(bad)


def test_words_are_tidied_and_keep_their_lines() -> None:
    assert checked_content("  菜 太咸\x07，\n\n 老人吃不了\u202e ") == "菜 太咸，\n老人吃不了"


@given(st.integers(1, 10**9))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    assert number_in(complaint_no(number)) == number
    assert number_in(f" {complaint_no(number).lower()} ") == number


def course(**changes: object) -> Course:
    told: dict[str, object] = {
        "class_code": "taste",
        "site_code": "C01",
        "received_on": date(2026, 10, 8),
        "due_on": date(2026, 10, 19),
        "answered_on": None,
        "was_late": False,
        "ended_on": None,
        "state": State.ASSIGNED,
        "satisfied": None,
        "reopened": 0,
        **changes,
    }
    return Course(**told)  # type: ignore[arg-type]  # any field of it


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (course(), Figures(received=1, supervised=1, left=1)),
        (course(due_on=date(2026, 11, 2)), Figures(received=1, left=1)),
        (
            course(
                state=State.CLOSED,
                answered_on=date(2026, 10, 12),
                ended_on=date(2026, 10, 14),
                satisfied=True,
            ),
            Figures(received=1, answered=1, in_time=1, closed=1, satisfied=1),
        ),
        (
            course(
                state=State.CLOSED, answered_on=date(2026, 10, 21), was_late=True, ended_on=date(2026, 11, 3)
            ),
            Figures(received=1, answered=1, supervised=1, left=1),
        ),
        (
            course(
                received_on=date(2026, 9, 20),
                due_on=date(2026, 9, 29),
                state=State.WITHDRAWN,
                ended_on=date(2026, 9, 25),
            ),
            Figures(),
        ),
    ],
)
def test_a_month_counts_what_happened_in_it(found: Course, expected: Figures) -> None:
    assert figures_of(found, *month_days(2026, 10)) == expected


def test_figures_add_up() -> None:
    assert Figures(received=1, left=2) + Figures(received=3, closed=1) == Figures(
        received=4, closed=1, left=2
    )
    assert Figures().in_time_percent is None
    assert Figures(answered=3, in_time=2).in_time_percent == 66


GOOD = {
    "id": "01932c6e-0000-7000-8000-0000000000aa",
    "said_at": "2026-11-20T09:30:00.000+08:00",
    "by": "U-7",
    "content": "汤太咸了，请少放盐。",
    "phone": "138 1234 5678",
}


def test_a_tablets_complaint_is_read() -> None:
    sent = read_complaint(GOOD, at=AT)
    assert (sent.phone, sent.is_urgent, sent.by) == ("13812345678", False, "U-7")


def test_a_number_that_is_no_phones_is_not_lost() -> None:
    assert read_complaint(GOOD | {"phone": "三楼王奶奶"}, at=AT).content.endswith("三楼王奶奶")


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"said_at": "yesterday"},
        {"said_at": "2026-11-23T09:30:00+08:00"},
        {"content": ""},
        {"content": 5},
        {"by": []},
    ],
)
def test_what_cannot_be_read_is_said_so(change: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        read_complaint(GOOD | change, at=AT)
    with pytest.raises(Unfit):
        read_complaint([GOOD], at=AT)
