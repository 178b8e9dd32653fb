"""The commands of delivery, as a planner at a terminal or a timer runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.documents import problem_to_json
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.unit.routing import instances
from tests.unit.routing.instances import LUNCH, SHIFT

TODAY = "2026-11-23"


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["delivery", *map(str, words)])


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    problem = RoutingProblem(
        kitchens=(Kitchen(1, open=(36_000, 45_000)),),
        orders=(Order(7, window=(37_800, 45_000)), Order(8, window=(37_800, 45_000))),
        riders=(Rider(3, window=(36_000, 46_800)),),
        matrices={1: Matrix((7, 8), ((0, 100, 2000), (100, 0, 2000), (2000, 2000, 0)))},
    )
    file = tmp_path / "instance.json"
    file.write_text(problem_to_json(problem), encoding="utf-8")
    return file


@pytest.fixture
def street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1"))
        subscribed(neighbour("R-2", north=0.05))


def test_an_instance_is_solved_and_its_plan_checked(app: Flask, instance: Path, tmp_path: Path) -> None:
    plan = tmp_path / "new folder" / "plan.json"
    solved = run(app, "solve", instance, "-o", plan, "--seconds", "1")
    assert solved.exit_code == 0
    assert "1 of 2 orders in 1 trips by 1 riders" in solved.stdout
    written = json.loads(plan.read_text(encoding="utf-8"))
    assert written["format"] == "meal-circle-plan/1"
    assert [left["reason"] for left in written["unserved"]] == ["OUTSIDE_CIRCLE"]
    checked = run(app, "check", instance, plan)
    assert checked.exit_code == 0
    assert "keeps every promise: 1 orders served, 1 left out" in checked.stdout


def test_a_plan_that_was_made_worse_fails_with_each_violation(
    app: Flask, instance: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    run(app, "solve", instance, "-o", plan, "--seconds", "1")
    document = json.loads(plan.read_text(encoding="utf-8"))
    trip = document["routes"][0]["trips"][0]
    trip["stops"][0]["handover"] = trip["depart"] + 1
    document["unserved"] = []
    plan.write_text(json.dumps(document), encoding="utf-8")
    checked = run(app, "check", instance, plan)
    assert checked.exit_code == 1
    assert len(checked.stdout.splitlines()) >= 2
    assert "breaks its promises" in checked.stderr


def test_a_plan_is_explained_trip_by_trip_and_door_by_door(
    app: Flask, instance: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    run(app, "solve", instance, "-o", plan, "--effort", "0.1")
    told = run(app, "explain", instance, plan)
    assert told.exit_code == 0
    trip, door, left, goodness = told.stdout.splitlines()
    assert "could leave" in trip
    assert "to spare; " in door
    assert "stays behind, too far from the kitchen: " in left
    assert goodness == "proven: no plan is better"


def test_a_plan_that_breaks_a_promise_is_not_explained(app: Flask, instance: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    run(app, "solve", instance, "-o", plan, "--effort", "0.1")
    document = json.loads(plan.read_text(encoding="utf-8"))
    document["unserved"] = []
    plan.write_text(json.dumps(document), encoding="utf-8")
    told = run(app, "explain", instance, plan)
    assert told.exit_code == 1
    assert "breaks its promises 1 times" in told.stderr


def test_how_far_a_district_is_planned_is_told_meanwhile(app: Flask, tmp_path: Path) -> None:
    instance = tmp_path / "district.json"
    streets = [instances.street(100, 200, -150, kitchen=number, first_id=10 * number) for number in (1, 2, 3)]
    district = RoutingProblem(
        kitchens=tuple(Kitchen(number, open=LUNCH) for number in (1, 2, 3)),
        orders=tuple(order for orders, _ in streets for order in orders),
        riders=tuple(Rider(number, kitchens=(number,), window=SHIFT) for number in (1, 2, 3)),
        matrices={number: matrix for _, matrices in streets for number, matrix in matrices.items()},
    )
    instance.write_text(problem_to_json(district), encoding="utf-8")
    solved = run(app, "solve", instance, "-o", tmp_path / "plan.json", "--effort", "1")
    assert solved.exit_code == 0
    assert [line.split(",")[0] for line in solved.stderr.splitlines()] == [
        "1 of 3 parts planned",
        "2 of 3 parts planned",
        "3 of 3 parts planned",
    ]
    assert "9 of 9 orders" in solved.stdout


def replan(app: Flask, instance: Path, plan: Path, *words: str) -> Result:
    """Plan an instance again, into the folder of its plan."""
    return run(app, "replan", instance, plan, "-o", plan.with_name("again.json"), "--seconds", "0.2", *words)


def test_a_day_is_planned_again_and_every_change_is_told(app: Flask, instance: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    run(app, "solve", instance, "-o", plan, "--effort", "0.1")
    document = json.loads(plan.read_text(encoding="utf-8"))
    route = document["routes"][0]
    told = replan(app, instance, plan, "--at", "09:00")
    assert told.exit_code == 0
    assert "0 doors change" in told.stdout
    again = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert again["routes"] == document["routes"]
    told = replan(app, instance, plan, "--at", "09:00", "--without", route["rider"])
    assert told.exit_code == 0
    order = route["trips"][0]["stops"][0]["order"]
    assert f"order {order}: nobody, before rider {route['rider']} at " in told.stdout
    assert "1 doors change" in told.stdout


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--at", "25:00"], "no time of the day", 2),
        (["--at", "09:00", "--keep", "3"], "no trip", 2),
        (["--at", "09:00", "--keep", "3@9 o'clock"], "no time of the day", 2),
        (["--at", "09:00", "--without", "999"], "There is no rider 999", 1),
        (["--at", "09:00", "--keep", "11@09:10"], "has no trip at 09:10:00", 1),
    ],
)
def test_what_does_not_exist_is_said_before_a_day_is_planned_again(
    app: Flask, instance: Path, tmp_path: Path, words: list[str], said: str, code: int
) -> None:
    plan = tmp_path / "plan.json"
    run(app, "solve", instance, "-o", plan, "--effort", "0.1")
    told = replan(app, instance, plan, *words)
    assert told.exit_code == code
    assert said in told.stderr
    assert not (tmp_path / "again.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{not json", "cannot be taken"),
        (b"\x80\x81\x82", "cannot be taken"),
        (b'{"format": "meal-circle/9"}', "cannot be taken"),
        (b"[]", "cannot be taken"),
        (None, "cannot be read"),
    ],
    ids=["no JSON", "binary", "another format", "a list", "missing"],
)
@pytest.mark.parametrize("command", ["solve", "check", "check-plan"])
def test_a_bad_file_is_refused_with_a_sentence(
    app: Flask, instance: Path, tmp_path: Path, command: str, content: bytes | None, said: str
) -> None:
    bad = tmp_path / "bad.json"
    if content is not None:
        bad.write_bytes(content)
    words = {
        "solve": ["solve", bad, "-o", tmp_path / "plan.json"],
        "check": ["check", bad, instance],
        "check-plan": ["check", instance, bad],
    }[command]
    answer = run(app, *words)
    assert answer.exit_code == 1
    assert said in answer.stderr
    assert "Traceback" not in answer.output
    assert not (tmp_path / "plan.json").exists()


def test_every_fault_of_an_instance_is_listed(app: Flask, instance: Path, tmp_path: Path) -> None:
    document = json.loads(instance.read_text(encoding="utf-8"))
    document["kitchens"][0]["open"] = [45_000, 36_000]
    document["riders"][0]["capacity"] = -1
    instance.write_text(json.dumps(document), encoding="utf-8")
    answer = run(app, "solve", instance, "-o", tmp_path / "plan.json")
    assert answer.exit_code == 1
    assert "kitchens[0].open" in answer.stderr
    assert "riders[0].capacity" in answer.stderr
    assert "2 faults" in answer.stderr


def test_a_folder_that_cannot_be_written_is_told(app: Flask, instance: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    answer = run(app, "solve", instance, "-o", tmp_path / "taken" / "plan.json", "--seconds", "0.2")
    assert answer.exit_code == 1
    assert "cannot be written" in answer.stderr


@pytest.mark.usefixtures("street")
def test_a_day_is_planned_and_printed_and_both_may_be_repeated(app: Flask, tmp_path: Path) -> None:
    for _ in range(2):
        planned = run(app, "plan", "--on", TODAY, "--sitting", "lunch", "--seconds", "1")
        assert planned.exit_code == 0
        assert "[1/1] C01老年食堂: 1 of 2 deliveries in 1 runs by 1 riders" in planned.stdout
        printed = run(app, "sheets", "--on", TODAY, "--sitting", "lunch", "-o", tmp_path / "sheets")
        assert printed.exit_code == 0
    (file,) = (tmp_path / "sheets").iterdir()
    assert file.name == "2026-11-23-lunch-C01-C01老年食堂.pdf"
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("street")
def test_a_kitchen_that_cannot_be_planned_does_not_stop_the_others(app: Flask) -> None:
    with transaction():
        nowhere = kitchen("A00")
        nowhere.latitude = nowhere.longitude = None
        subscribed(neighbour("R-3"), kitchen_code="A00")
    planned = run(app, "plan", "--on", TODAY, "--seconds", "1")
    assert planned.exit_code == 1
    assert "[1/2] A00老年食堂: Kitchen A00老年食堂 has no coordinates" in planned.stdout
    assert "[2/2] C01老年食堂: 1 of 2 deliveries" in planned.stdout
    assert "1 kitchens could not be planned" in planned.stderr


@pytest.mark.usefixtures("street")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "--on", "2026-02-30"], "“2026-02-30” is no day"),
        (["plan", "--sitting", "supper"], "“supper” is no sitting"),
        (["plan", "--on", TODAY, "--kitchen", "C99"], "C99 is no kitchen that is open on this day"),
        (["sheets", "--on", TODAY, "-o", "nowhere"], "Nobody has planned lunch on 2026-11-23 yet"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(app: Flask, words: list[str], said: str) -> None:
    answer = run(app, *words)
    assert answer.exit_code == 1
    assert said in answer.stderr


def test_a_day_without_deliveries_is_no_failure(app: Flask) -> None:
    answer = run(app, "plan", "--on", TODAY)
    assert answer.exit_code == 0
    assert "Nothing is to be delivered for lunch on 2026-11-23." in answer.stdout


def test_a_time_to_plan_that_is_no_number_is_refused(app: Flask, instance: Path, tmp_path: Path) -> None:
    refused = run(app, "solve", instance, "-o", tmp_path / "plan.json", "--seconds", "nan")
    assert refused.exit_code == 2
    assert "nan is no number" in refused.stderr
    assert not (tmp_path / "plan.json").exists()


def flask(*words: object) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", "delivery", *map(str, words)]


@pytest.fixture
def hard_instance(tmp_path: Path) -> Path:
    """More doors, each with its own hour, than one rider can serve: no proof ends the planning early."""
    doors = [(-1) ** index * (40 + 9 * index) for index in range(60)]
    places = (0, *doors)
    problem = RoutingProblem(
        kitchens=(Kitchen(1, open=(36_000, 45_000)),),
        orders=tuple(
            Order(1 + index, priority=1 + index % 3, window=(37_800 + 60 * index, 45_000))
            for index in range(len(doors))
        ),
        riders=(Rider(3, capacity=4, window=(36_000, 45_000)),),
        matrices={
            1: Matrix(
                tuple(range(1, len(doors) + 1)),
                tuple(tuple(abs(start - end) for end in places) for start in places),
            )
        },
    )
    file = tmp_path / "hard.json"
    file.write_text(problem_to_json(problem), encoding="utf-8")
    return file


def test_ctrl_c_writes_the_best_plan_so_far(app: Flask, hard_instance: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    process = subprocess.Popen(  # noqa: S603 - our own command
        flask("solve", hard_instance, "-o", plan, "--seconds", 600),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_planning(process)
        process.send_signal(signal.SIGINT)
        told, wrong = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, wrong
    assert "Written to" in told
    assert run(app, "check", hard_instance, plan).exit_code == 0
    assert json.loads(plan.read_text(encoding="utf-8"))["routes"]


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_the_best_plans_of_the_kitchens_under_way_and_leaves_the_others(
    app: Flask, workers: int
) -> None:
    codes = [f"C0{number}" for number in range(1, workers + 2)]
    with transaction():
        for code in codes:
            kitchen(code)
            rider(f"Q-{code}", kitchen_code=code)
            for place in range(30):
                person = neighbour(
                    f"R-{code}-{place}", north=0.0007 * (place % 6) + 0.0003, east=0.0009 * (place % 5)
                )
                subscribed(person, kitchen_code=code)
    config = app.config["MEAL_CIRCLE"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        flask("plan", "--on", TODAY, "--seconds", 1800, "--workers", workers),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"DATA_DIR": str(config.data_dir), "DATABASE_URL": config.database_url},
    )
    try:
        wait_until_planning(process)
        crew = crew_of(process, workers if workers > 1 else 0)
        while any(processor_seconds(each) < LOADED_AFTER for each in crew):
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        told, wrong = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 1, wrong
    assert "Ended early: 1 kitchens were not planned again." in wrong
    assert [line[:5] for line in told.splitlines()] == [
        f"[{at}/{len(codes)}]" for at in range(1, workers + 1)
    ]
    plans = queries.plans(date.fromisoformat(TODAY), Sitting.LUNCH, codes)
    assert set(plans) == set(codes[:-1])
    assert all(plan.runs for plan in plans.values())
    assert not any(Path(f"/proc/{each}").exists() for each in crew)


LOADED_AFTER = 4.0
"""Seconds of a processor in which a process has loaded the engines and begun to plan."""


def children_of(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text("utf-8").split()]


def crew_of(process: subprocess.Popen[str], count: int) -> list[int]:
    """Wait until a process has called in so many others, which takes its time on a busy machine."""
    until = time.monotonic() + 60
    while len(crew := children_of(process.pid)) < count and time.monotonic() < until:
        time.sleep(0.1)
    assert len(crew) == count
    return crew


def processor_seconds(process: int) -> float:
    figures = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


def test_kitchens_are_planned_side_by_side_and_the_same_work_gives_the_same_plans(app: Flask) -> None:
    codes = ["C01", "C02", "C03"]
    with transaction():
        for number, code in enumerate(codes):
            kitchen(code)
            for rider_no in range(2):
                rider(f"Q-{code}-{rider_no}", kitchen_code=code)
            for place in range(6 + number):
                subscribed(neighbour(f"R-{code}-{place}", north=0.001 * (place + 1)), kitchen_code=code)

    def planned(workers: int) -> tuple[str, list[tuple[object, ...]]]:
        done = run(app, "plan", "--on", TODAY, "--effort", "0.5", "--workers", workers)
        assert done.exit_code == 0, done.output
        plans = queries.plans(date.fromisoformat(TODAY), Sitting.LUNCH, codes)
        return done.stdout, [
            (code, run.rider_id, run.depart_seconds, [stop.subscription_id for stop in run.stops])
            for code in codes
            for run in plans[code].runs
        ]

    told, rows = planned(2)
    assert [line[:5] for line in told.splitlines()] == ["[1/3]", "[2/3]", "[3/3]"]
    assert {row[0] for row in rows} == set(codes)
    assert planned(1) == planned(2) == (told, rows)


def test_a_kitchen_that_cannot_be_planned_does_not_keep_the_others_waiting(app: Flask) -> None:
    with transaction():
        for code in ("C01", "C02"):
            kitchen(code)
            rider(f"Q-{code}", kitchen_code=code)
            subscribed(neighbour(f"R-{code}"), kitchen_code=code)
        site = queries.kitchens_of_day(date.fromisoformat(TODAY), Sitting.LUNCH, COMMAND.scope)[0]
        site.longitude = site.latitude = None
    done = run(app, "plan", "--on", TODAY, "--seconds", "2", "--workers", 2)
    assert done.exit_code == 1
    assert "has no coordinates" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[1].startswith("[2/2]")
    assert "1 kitchens could not be planned." in done.stderr


def test_a_day_takes_a_limit_by_the_clock_or_in_work(app: Flask) -> None:
    done = run(app, "plan", "--on", TODAY, "--seconds", "1", "--effort", "1")
    assert done.exit_code == 2
    assert "not both" in done.stderr


def wait_until_planning(process: subprocess.Popen[str]) -> None:
    """Wait until a process plans in a thread of its own, and had time to load the engine."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        threads = len(list(Path(f"/proc/{process.pid}/task").iterdir()))
        if threads > 1:
            time.sleep(8)
            return
        time.sleep(0.1)
    pytest.fail("The command never began to plan.")


def test_the_same_effort_writes_the_same_file(app: Flask, hard_instance: Path, tmp_path: Path) -> None:
    plans = [tmp_path / name for name in ("one.json", "two.json")]
    for plan in plans:
        answer = run(app, "solve", hard_instance, "-o", plan, "--effort", 0.2, "--seed", 7)
        assert answer.exit_code == 0
    assert plans[0].read_bytes() == plans[1].read_bytes()


def test_seconds_and_effort_exclude_each_other(app: Flask, instance: Path, tmp_path: Path) -> None:
    answer = run(app, "solve", instance, "-o", tmp_path / "p.json", "--seconds", 1, "--effort", 1)
    assert answer.exit_code == 2
    assert "--seconds or --effort, not both" in answer.stderr
