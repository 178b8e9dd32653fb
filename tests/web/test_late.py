"""What is loaded late: the pages, whose code the collector passes over, and nothing else."""

from __future__ import annotations

import gc
from pathlib import Path

from tests.support.databases import application


def test_another_application_keeps_no_garbage_of_the_one_before(tmp_path: Path) -> None:
    kept = []
    for number in range(2):
        app = application(tmp_path, f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        assert len(list(app.url_map.iter_rules())) > 100
        kept.append(gc.get_freeze_count())
    assert kept[0] == kept[1] > 0
