"""Home of the canteen, the tablet and the network of journeys of the queue."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from app.subsidy.rules import Caps, MealCaps
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.support.engine import Engine
from tests.support.network import Network
from tests.support.till_queue import MEALS, RESIDENTS, enrolled


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        for number in range(1, RESIDENTS + 1):
            elder(f"R-{number:06d}", name="王秀英")
        policy_row(policy(caps=Caps(MealCaps(sitting=1))))


@pytest.fixture
def engine(context: BrowserContext) -> Engine:
    """Give an enrolled tablet that does not send yet."""
    return enrolled(context)


@pytest.fixture
def network(context: BrowserContext) -> Network:
    """Give the network between the tablet's meals and the server."""
    return Network(context, MEALS)
