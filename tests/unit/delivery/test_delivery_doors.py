"""What a rider meets at a door, how good a plan is said to be, and what is drawn of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.routing.plan import Objective, Reason
from app.delivery.rules.doors import USUAL_DOORS, door_seconds, honorific, map_link
from app.delivery.rules.picture import Ridden, clock_of, ride_map
from app.delivery.rules.quality import quality
from app.delivery.rules.reasons import REASONS, remedy
from app.place import Datum, Point, point

KITCHEN = (112.9834, 28.1135)


@pytest.mark.parametrize(
    ("floor", "has_lift", "seconds"),
    [
        (1, False, 150),
        (2, False, 175),
        (7, False, 300),
        (7, True, 150),
        (None, False, 150),
        (-1, False, 175),
        (-1, True, 150),
    ],
)
def test_each_floor_without_a_lift_takes_its_time(*, floor: int | None, has_lift: bool, seconds: int) -> None:
    assert door_seconds(floor, has_lift=has_lift) == seconds


@given(st.integers(1, 60))
def test_a_lift_never_takes_longer_than_stairs(floor: int) -> None:
    assert door_seconds(floor, has_lift=True) == USUAL_DOORS.hand_over <= door_seconds(floor, has_lift=False)


@pytest.mark.parametrize(
    ("name", "sex", "age", "called"),
    [
        ("王秀兰", "female", 70, "王奶奶"),
        ("王秀兰", "female", 69, "王女士"),
        ("李建国", "male", 88, "李爷爷"),
        ("李建国", "male", 61, "李先生"),
        ("欧阳海", "male", 75, "欧阳爷爷"),
        ("张三", None, 75, "张老"),
        ("阿依古丽·买买提", "female", 80, "阿依古丽·买买提奶奶"),
    ],
)
def test_a_resident_is_called_by_surname_with_the_respect_of_their_age(
    name: str, sex: str | None, age: int, called: str
) -> None:
    assert honorific(name, sex=sex, age=age) == called


def test_the_map_link_leads_to_the_door_on_chinese_maps_without_naming_the_resident() -> None:
    link = map_link(Point(28.1135, 112.9834), called="第3站")
    assert link.startswith("https://uri.amap.com/navigation?to=")
    assert ",%E7%AC%AC3%E7%AB%99&mode=ride&coordinate=gaode&" in link
    lon, lat = link.split("to=")[1].split(",")[:2]
    assert point(float(lat), float(lon), Datum.GCJ02).metres_to(Point(28.1135, 112.9834)) < 1
    assert Point(float(lat), float(lon)).metres_to(Point(28.1135, 112.9834)) > 300


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_name_and_a_remedy(reason: Reason) -> None:
    assert str(REASONS[reason])
    assert str(remedy(reason)).endswith(".")


@pytest.mark.parametrize(
    ("objective", "bound", "said"),
    [
        (Objective(0, 3, 3100), Objective(0, 3, 3100), "proven: no plan is better"),
        (Objective(2, 3, 3100), Objective(1, 3, 3100), "at most 1 more could be served"),
        (Objective(2, 3, 3100), Objective(1, 1, 0), "at most 1 more could be served"),
        (Objective(0, 3, 3100), Objective(0, 1, 0), "at most 2 riders could be spared"),
        (Objective(0, 3, 3100), Objective(0, 0, 0), "whether fewer riders would do was not proven"),
        (Objective(0, 3, 1000), Objective(0, 3, 991), "riding is at most 1% above the shortest possible"),
        (Objective(0, 3, 1000), Objective(0, 3, 0), "how far from the shortest possible was not proven"),
        (Objective(0, 0, 0), Objective(0, 0, 0), "proven: no plan is better"),
    ],
)
def test_the_gravest_gap_is_told(objective: Objective, bound: Objective, said: str) -> None:
    assert str(quality(objective, bound)) == said


@given(
    st.lists(st.lists(st.tuples(st.floats(112, 114), st.floats(27, 29)), min_size=1, max_size=4), max_size=5)
)
def test_every_door_is_drawn_on_the_picture(runs: list[list[tuple[float, float]]]) -> None:
    drawn = ride_map(KITCHEN, runs)
    spots = [spot for run in drawn.runs for spot in run]
    assert len(spots) == sum(map(len, runs))
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in spots)


def test_north_is_up_and_east_is_right() -> None:
    drawn = ride_map(KITCHEN, [[(KITCHEN[0], KITCHEN[1] + 0.005), (KITCHEN[0] + 0.005, KITCHEN[1])]])
    (north, east) = drawn.runs[0]
    assert north[0] == drawn.kitchen[0]
    assert north[1] < drawn.kitchen[1]
    assert east[0] > drawn.kitchen[0]
    assert east[1] == drawn.kitchen[1]


def test_the_clock_gives_each_rider_a_row_and_each_run_its_length() -> None:
    runs = [
        Ridden("甲", 1, 38_000, 39_200, (38_600,)),
        Ridden("乙", 2, 38_400, 39_000, (38_700, 38_800)),
        Ridden("甲", 3, 39_600, 40_200, (39_900,)),
    ]
    face = clock_of(runs)
    assert [(row.label, [bar.number for bar in row.bars]) for row in face.rows] == [
        ("甲", [1, 3]),
        ("乙", [2]),
    ]
    first = face.rows[0].bars[0]
    assert first.width == 100
    assert first.x < first.marks[0] < first.x + first.width
    assert face.ticks[0][1] <= 38_000
    assert face.ticks[-1][1] >= 40_200
