"""Each copy that is handed out says who asked and when; what it holds stays the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from flask import Flask
from pypdf import PdfReader

from app import clock
from app.asking import asked_by
from app.canteens.rules import Sitting
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan
from app.roles import COMMAND, Role
from app.transaction import transaction
from app.web.watermark import KEPT_AS_AGREED
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


def test_a_paper_says_on_each_page_who_asked_and_when(signed_in: SignedIn) -> None:
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1"))
    on = clock.today() + timedelta(days=1)
    draft = draft_plan(on, Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=clock.now())
    with transaction():
        keep_plan(draft, by=COMMAND, at=clock.now())
    manager = signed_in(Role.SITE_MANAGER, site_code="C01")
    answer = manager.get(f"/delivery/kitchens/C01/sheets.pdf?on={on.isoformat()}")
    assert answer.status_code == 200
    pages = PdfReader(BytesIO(answer.data)).pages
    assert pages
    assert all("U-1 20" in page.extract_text() for page in pages)
    assert asked_by.get() == ""


def test_a_list_for_people_says_it_in_its_name_and_its_last_line(signed_in: SignedIn) -> None:
    answer = signed_in(Role.DISTRICT_OFFICER).get("/delivery/hours.csv?month=2026-10")
    assert answer.data.splitlines()[-1].startswith(b"U-1 20")
    assert ".U-1-20" in answer.headers["Content-Disposition"]


def test_what_a_machine_reads_is_named_and_known(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if str(rule).endswith(".csv")}
    assert set(KEPT_AS_AGREED) <= endpoints
