"""What machines may be sent by anybody: each described endpoint, fuzzed by its description, as everybody."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask, current_app
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import clock
from app.extensions import db
from app.meals.models import LedgerRecord
from app.web.description import description
from tests.factories.machines import Visitor, visitors
from tests.support.databases import application
from tests.support.pages import in_use

ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TAKES_ANYTHING = {
    "complaints_api.complaints": "a bad complaint is answered in its receipt, and stops no other",
    "rides_api.photos": "a phone lets go of a photo that is none",
    "rides_api.reports": "a bad report is kept apart, and stops no other",
    "tablets_api.day_closes": "a bad closing is answered in its receipt, and stops no other",
    "tablets_api.meals": "a bad record is kept apart, and stops no other",
    "tablets_api.roster": "a cursor that is none is a roster that is whole",
    "till.sheet_people": "what means nobody finds nobody",
    "delivery.ground_of_map": "which roads it asks for tells a browser's cache, and us nothing",
    "family.cancel": "a page answers with the days and a sentence",
    "family.restore": "as above",
    "family.again": "as above",
    "family.leave": "as above",
    "family.days": "as above",
}
"""Where what is not of the form is answered like what is, each with the reason."""

REFUSES_THE_WELL_FORMED = {
    "family.door": "nothing is sent",
    "family.enter": "a link that nobody was given",
    "family.order": "a day that is over",
    "family.pause": "days that are over",
    "tablets_api.enrol": "a code that nobody was given",
    "delivery.rides_on_map": "a kitchen that is not there",
    "delivery.run_on_map": "a run that is not there",
    "delivery.ground_of_map": "roads that are not loaded",
}
"""Where what has the form may still be refused, each with the reason."""

EXAMPLES = 15
LEAST = 200
"""So many requests are made up at the least, or the making up has broken."""

REFUSED = {302, 400, 401, 403, 404}
"""What is answered to who may not ask: 302 leads to the sign-in, 400 misses the token of a form."""

KNOWN = {
    "resident": "R-1",
    "run": 1,
    "position": 1,
    "site_code": "C01",
    "run_id": 1,
    "subscription_id": 1,
    "absence_id": 1,
}
"""What is there."""


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application that counts nobody's haste: every answer is the endpoint's own."""
    much = "1000000 per minute"
    app = application(
        tmp_path,
        database,
        holder_limit=much,
        sign_in_limit=much,
        visitor_limit=much,
        metrics_token=SecretStr("figures"),
    )
    with in_use(app):
        yield app


def known(case: Any, data: st.DataObject) -> None:  # noqa: ANN401 - schemathesis tells no types of its cases
    """Put what is there into what was made up, now and then: past the first door there are others."""
    for place in (case.path_parameters or {}, *_objects(case.body)):
        for name in KNOWN.keys() & place.keys():
            if data.draw(st.booleans()):
                place[name] = KNOWN[name]


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _objects(each)


def asked(case: Any, visitor: Visitor) -> Any:  # noqa: ANN401 - as above
    sent = case.as_transport_kwargs(headers={"Accept-Encoding": "identity", **visitor.headers})
    return visitor.client.open(**sent)


@cache
def operations() -> list[Any]:
    """Give every endpoint; the tests bring the credentials, so none is made up."""
    document = description(current_app)
    for operation in (each for path in document["paths"].values() for each in path.values()):
        operation["x-security"] = operation.pop("security")
        operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "X-CSRFToken"]
    schema = schemathesis.openapi.from_dict(document)
    # How a request is written down, and which words stand in the source; the asking is ours.
    schema.app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(found) > 20
    return found


def name_of(operation: Any) -> str:  # noqa: ANN401 - as above
    return str(operation.definition.raw["operationId"])


def holder_of(operation: Any) -> str:  # noqa: ANN401 - as above
    """Give who may ask."""
    (scheme,) = [name for each in operation.definition.raw["x-security"] for name in each] or ["nobody"]
    return str(scheme)


def made_up(operation: Any, mode: GenerationMode, *, count: int, with_known: bool) -> list[Any]:  # noqa: ANN401 - as above
    """Make so many requests of an endpoint up, once: both databases are asked the same ones.

    To make a request up takes longer than to answer it.
    """
    wanted = (name_of(operation), mode, count, with_known)
    if wanted in _MADE_UP:
        return _MADE_UP[wanted]
    cases: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def made(case: Any, data: st.DataObject) -> None:  # noqa: ANN401 - as above
        if with_known:
            known(case, data)
        cases.append(case)

    made()
    _MADE_UP[wanted] = cases
    return cases


_MADE_UP: dict[tuple[object, ...], list[Any]] = {}


def checks_of(name: str, mode: GenerationMode) -> list[Any]:
    if mode is GenerationMode.NEGATIVE:
        return ALWAYS if name in TAKES_ANYTHING else [*ALWAYS, negative_data_rejection]
    return ALWAYS if name in REFUSES_THE_WELL_FORMED else [*ALWAYS, positive_data_acceptance]


def is_filled_in(operation: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether there is anything to be filled in: a body, a gap in the address, a word after it."""
    raw = operation.definition.raw
    return "requestBody" in raw or bool(raw["parameters"])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_who_may_ask_is_answered_as_described_whatever_is_sent(app: Flask, mode: GenerationMode) -> None:
    known_to, faults = visitors(app), {}
    known_to["session"] = known_to["district_officer"]
    asked_for = 0
    for operation in operations():
        name, visitor = name_of(operation), known_to[holder_of(operation)]
        if mode is GenerationMode.NEGATIVE and not is_filled_in(operation):
            continue
        count = EXAMPLES if is_filled_in(operation) else 1
        for case in made_up(operation, mode, count=count, with_known=mode is GenerationMode.POSITIVE):
            asked_for += 1
            try:
                case.validate_response(asked(case, visitor), checks=checks_of(name, mode))
            except FailureGroup as fault:
                faults[name] = f"{fault}"[:2000]
    assert asked_for > LEAST
    assert not faults, "\n".join(f"{name}: {fault}" for name, fault in faults.items())
    # After all that, a meal is still taken.
    sent = uuid4()
    meal: dict[str, object] = {
        "id": str(sent),
        "seq": None,
        "resident": "R-1",
        "sitting": "lunch",
        "channel": "dine_in",
    }
    meal |= {"price_fen": 15_00, "served_at": clock.now().isoformat()}
    tablet = known_to["tablet"]
    answer = tablet.client.post("/api/v1/tablets/meals", json={"records": [meal]}, headers=tablet.headers)
    assert answer.status_code == 200
    db.session.rollback()
    assert db.session.get(LedgerRecord, sent) is not None, answer.json


def test_nobody_else_gets_anything(app: Flask) -> None:
    everybody, answers = visitors(app), set()
    for operation in operations():
        name, holder = name_of(operation), holder_of(operation)
        others = [who for who in everybody if holder not in (who, "nobody", "session")]
        if not others:
            continue
        for case in made_up(operation, GenerationMode.POSITIVE, count=2, with_known=True):
            for who in others:
                answer = asked(case, everybody[who])
                case.validate_response(answer, checks=ALWAYS)
                answers.add((name, who, answer.status_code))
    assert len(answers) > 150
    assert {each for each in answers if each[2] not in REFUSED} == set()
