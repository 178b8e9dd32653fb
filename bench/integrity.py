"""How well the integrity checks find the demo's planted cheats, and how long they take over a month.

Run `python -m bench.integrity [sqlite|postgresql|ADDRESS OF AN EMPTY DATABASE] [RESIDENTS] [SEED]`. 110,000
people eat some 200,000 meals a month at 66 sites. Labels come from making the demo, and no row tells them.
Whatever was found and not planted counts as a false alarm, the demo's everyday disorder too: cards that were
used after a death, a second meal at another site. "Urgent" are the findings with their check's own severity,
without those that the check itself calls less urgent.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from app.demo import service as demo
from app.demo.rules.cheats import Cheat
from app.extensions import db
from app.month import Month
from app.oversight.service.check import Judged, judge_month
from app.roles import COMMAND
from app.text import Text
from app.transaction import transaction
from bench.district import database
from tests.support.databases import application, migrate

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MONTH = Month(2026, 10)


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    residents = int(sys.argv[2]) if len(sys.argv) > 2 else 110_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    with (
        tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as folder,
        database(kind, Path(folder)) as url,
    ):
        migrate(Path(folder), url)
        with application(Path(folder), url).app_context():
            judged, cheats, seconds, processor = _measured(residents, seed)
    _print(kind, judged, cheats, seconds=seconds, processor=processor)


def _measured(residents: int, seed: int) -> tuple[Judged, tuple[Cheat, ...], float, float]:
    """Make the demo, and judge its last whole month."""
    with transaction():
        size = demo.DemoSize(residents, 2, seed)
        cheats = demo.make_demo(size, by=COMMAND, at=NOW, tell=_tell)
    began = time.perf_counter(), time.process_time()
    judged = judge_month(MONTH, by=COMMAND)
    seconds, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    db.session.rollback()
    db.engine.dispose()
    return judged, cheats, seconds, processor


def _print(kind: str, judged: Judged, cheats: tuple[Cheat, ...], *, seconds: float, processor: float) -> None:
    print(f"{kind}: {len(judged.facts.meals):,} meals of {MONTH}, {len(judged.facts.sites)} sites")
    print(f"all checks: {seconds:.1f} s, {processor:.1f} s of this process")
    print(
        f"{'check':24}{'planted':>8}{'caught':>8}{'recall':>8}{'found':>8}{'false':>8}{'precision':>10}"
        f"{'urgent':>8}{'false':>8}{'precision':>10}{'ms':>8}"
    )
    planted: defaultdict[str, set[str]] = defaultdict(set)
    for cheat in cheats:
        planted[cheat.check].add(cheat.subject)
    for outcome in judged.outcomes:
        subjects = [finding.subject for finding in outcome.answer.findings]
        here = planted[outcome.check.name]
        caught = {label for label in here if any(each.startswith(label) for each in subjects)}
        false = [each for each in subjects if not any(each.startswith(label) for label in here)]
        recall = f"{100 * len(caught) // len(here)}%" if here else "—"
        urgent = [each.subject for each in outcome.answer.findings if each.severity is None]
        false_urgent = [each for each in false if each in urgent]
        figures = (
            f"{len(here):>8}{len(caught):>8}{recall:>8}"
            f"{len(subjects):>8}{len(false):>8}{_precision(subjects, false):>10}"
            f"{len(urgent):>8}{len(false_urgent):>8}{_precision(urgent, false_urgent):>10}"
        )
        print(f"{outcome.check.name:24}{figures}{outcome.milliseconds:>8}")


def _precision(found: list[str], false: list[str]) -> str:
    return f"{100 * (len(found) - len(false)) // len(found)}%" if found else "—"


def _tell(sentence: Text) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
