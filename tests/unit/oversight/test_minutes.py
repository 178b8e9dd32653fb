"""Minutes for many doors at once are the same as those that one ride is planned with."""

from __future__ import annotations

import numpy as np
import pytest

from app.delivery.travel.estimate import ride_seconds
from app.oversight.service.minutes import _estimated

HERE, THERE = (112.9744, 28.1312), (112.9811, 28.1407)


def test_the_estimate_is_that_of_a_ride() -> None:
    found = _estimated(np.array([HERE]), np.array([THERE, HERE]), 13_000)
    assert found.shape == (1, 2)
    assert found[0, 0] * 60 == pytest.approx(ride_seconds(THERE, HERE), abs=1)
    assert found[0, 1] == 0
