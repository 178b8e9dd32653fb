"""Home of figures that a machine reads: what a process counts of its answers, and how Prometheus reads it.

Its library would take longer to load than all else that a command needs, for a format of three kinds of line.

Source: Prometheus, "Exposition formats", text-based format 0.0.4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from threading import Lock

_PREFIX = "meal_circle_"
BOUNDS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name, what it means, and what it is of; `kind` is Prometheus's."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, object] = field(default_factory=dict)
    kind: str = "gauge"
    suffix: str = ""


class Answers:
    """Counts a process's answers by endpoint and status, and how long they took, for many threads."""

    def __init__(self) -> None:
        """Begin to count."""
        self._lock = Lock()
        self._counts: dict[tuple[str, int], int] = defaultdict(int)
        self._seconds: dict[str, float] = defaultdict(float)
        self._within: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS_SECONDS) + 1))

    def count(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answer."""
        with self._lock:
            self._counts[endpoint, status] += 1
            self._seconds[endpoint] += seconds
            self._within[endpoint][bisect_left(BOUNDS_SECONDS, seconds)] += 1

    def figures(self) -> list[Figure]:
        """Give what was counted."""
        with self._lock:
            return [*self._by_status(), *self._by_seconds()]

    def _by_status(self) -> Iterator[Figure]:
        for (endpoint, status), count in sorted(self._counts.items()):
            labels = {"endpoint": endpoint, "status": status}
            yield Figure("answers_total", "Answers, by endpoint and status.", count, labels, "counter")

    def _by_seconds(self) -> Iterator[Figure]:
        name, meaning, kind = "answer_seconds", "How long answers took, by endpoint.", "histogram"
        bounds = [*map(str, BOUNDS_SECONDS), "+Inf"]
        for endpoint, counts in sorted(self._within.items()):
            of = {"endpoint": endpoint}
            for bound, count in zip(bounds, accumulate(counts), strict=True):
                yield Figure(name, meaning, count, of | {"le": bound}, kind, "_bucket")
            yield Figure(name, meaning, self._seconds[endpoint], of, kind, "_sum")
            yield Figure(name, meaning, sum(counts), of, kind, "_count")


def written(figures: Iterable[Figure]) -> str:
    r"""Write figures as Prometheus reads them; those of one name follow one another.

    >>> written([Figure("tablets", "Tablets in use.", 52)]).splitlines()[-1]
    'meal_circle_tablets 52'
    >>> written([Figure("answers_total", "Answers.", 2, {"endpoint": 'a"b'}, "counter")]).splitlines()[-1]
    'meal_circle_answers_total{endpoint="a\\"b"} 2'
    """
    lines: list[str] = []
    said = ""
    for figure in figures:
        name = _PREFIX + figure.name
        if name != said:
            lines += [f"# HELP {name} {figure.meaning}", f"# TYPE {name} {figure.kind}"]
            said = name
        labels = ",".join(f'{key}="{_escaped(str(value))}"' for key, value in figure.labels.items())
        lines.append(
            f"{name}{figure.suffix}{{{labels}}} {figure.value}" if labels else f"{name} {figure.value}"
        )
    return "\n".join([*lines, ""])


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
