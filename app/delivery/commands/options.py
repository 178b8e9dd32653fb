"""Home of what the options of delivery's commands may be."""

from __future__ import annotations

import math
from datetime import time
from typing import Any

import click
from flask_babel import gettext

PLANNING_SECONDS = 10.0


class _Seconds(click.FloatRange):
    """A span to plan in, or work to do; click takes NaN for a number, as no comparison with it fails."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's signature
        """Read the option."""
        seconds = float(super().convert(value, param, ctx))
        return self.fail(f"{value} is no number.", param, ctx) if math.isnan(seconds) else seconds


class _Time(click.ParamType[int]):
    """A time of the day, as 11:20 or 11:20:30, in seconds after midnight."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - click's signature
        """Read the option."""
        try:
            read = time.fromisoformat(value)
        except ValueError:
            return self.fail(f"{value} is no time of the day, like 11:20.", param, ctx)
        return read.hour * 3600 + read.minute * 60 + read.second


class _Trip(click.ParamType[tuple[int, int]]):
    """A trip, named by its rider and its departure, as 3@11:40."""

    name = "trip"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:  # noqa: ANN401 - click's signature
        """Read the option."""
        rider, at, depart = value.partition("@")
        if not (at and rider.isascii() and rider.isdigit()):
            return self.fail(f"{value} is no trip, like 3@11:40.", param, ctx)
        return int(rider), TIME.convert(depart, param, ctx)


TIME, TRIP = _Time(), _Trip()
SECONDS = _Seconds(min=0.1, max=24 * 3600)
WORK = _Seconds(min=0.01, max=1e6)
WORKERS = click.IntRange(min=1, max=256)


def ensure_one_limit(seconds: float | None, effort: float | None) -> None:
    """Refuse a limit by the clock beside one in work."""
    if seconds is not None and effort is not None:
        raise click.UsageError(gettext("Give --seconds or --effort, not both: each is a limit of its own."))
