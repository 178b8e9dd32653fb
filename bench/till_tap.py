"""How long a tap takes to be durable on a tablet, beside one bare write of the same record, and a search.

Run `python -m bench.till_tap [TAPS] [RESIDENTS]`. It needs Chromium; what it opens is our own page over a
database that nobody needs. The last table is the same search on a processor made six times slower.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from config import Config

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
_SLOWER = 6
_SURNAMES = {
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "黄": "huang",
    "赵": "zhao", "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu",
    "高": "gao", "林": "lin",
}  # fmt: skip
_GIVEN = {
    "秀": "xiu", "英": "ying", "桂": "gui", "兰": "lan", "玉": "yu", "珍": "zhen", "建": "jian",
    "国": "guo", "德": "de", "明": "ming", "华": "hua", "芳": "fang", "淑": "shu", "贞": "zhen",
    "志": "zhi", "强": "qiang", "福": "fu", "生": "sheng", "春": "chun", "梅": "mei",
    "爱": "ai", "莲": "lian", "长": "chang", "林": "lin", "金": "jin",
}  # fmt: skip
_TYPED = (
    "w",
    "wx",
    "wxy",
    "wang",
    "wangxiu",
    "z",
    "zh",
    "l",
    "王",
    "王秀",
    "秀英",
    "5678",
    "0123",
    "78",
    "R-004321",
)

_OPEN = """async () => {
  const names = ["store", "search"];
  const [store, search] = await Promise.all(names.map((name) => import(`/static/till/${name}.js`)));
  window.search = search;
  window.kept = await store.open();
  window.bare = await new Promise((resolve, reject) => {
    const request = indexedDB.open("bare", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("records", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}"""
_TAPS = """async (taps) => {
  const body = () => ({
    resident: "R-000001", sitting: "lunch", channel: "dine_in", price_fen: 1500, by: "U-1",
    served_at: new Date().toISOString(), reverses: null, reason: null, payment: "cash", found_by: "face",
  });
  const shown = { government_fen: 300, operator_fen: 0, charity_fen: 0, resident_fen: 1200, reason: "ok" };
  const bareWrite = (record) => new Promise((resolve, reject) => {
    const transaction = bare.transaction(["records"], "readwrite", { durability: "strict" });
    transaction.objectStore("records").add(record);
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const times = { tick: [], bare: [] };
  for (let tap = 0; tap < taps; tap += 1) {
    let since = performance.now();
    const [entry] = await kept.save([body()], [{ shown, name: "王秀英" }]);
    times.tick.push(performance.now() - since);
    since = performance.now();
    await bareWrite(entry);
    times.bare.push(performance.now() - since);
  }
  return times;
}"""
_ROSTER = """async (residents) => {
  const roster = {
    format: "till-roster/1", cursor: "1", complete: true, residents, removed: [],
    site: {}, prices: [], people: [], policies: [], calendar: {},
  };
  const since = performance.now();
  await kept.applyRoster(roster, { etag: "", at: new Date().toISOString() });
  const written = performance.now();
  const all = await kept.residents();
  const read = performance.now();
  window.people = search.index(all);
  return { write: written - since, read: read - written, index: performance.now() - read };
}"""
_SEARCH = """(typed) => {
  const times = [];
  for (let round = 0; round < 20; round += 1) {
    typed.forEach((words) => {
      const since = performance.now();
      people.find(words, 12, "lunch");
      times.push(performance.now() - since);
    });
  }
  const since = performance.now();
  people.faces("lunch", "2026-11-23", 12, new Set());
  return { times, faces: performance.now() - since };
}"""


class _Quiet(WSGIRequestHandler):
    """Answers without writing every request to the terminal."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve the application's files while the block runs."""
    app = create_app(Config(data_dir=folder, database_url=f"sqlite:///{folder / 'nothing.sqlite'}"))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


def _residents(count: int) -> list[dict[str, Any]]:
    names = product(_SURNAMES.items(), _GIVEN.items(), _GIVEN.items())
    people = []
    for number, ((surname, xing), (first, ming), (second, zi)) in zip(
        range(1, count + 1), names, strict=False
    ):
        people.append(
            {
                "no": f"R-{number:06d}",
                "name": surname + first + second,
                "keys": f"{xing[0]}{ming[0]}{zi[0]} {xing}{ming}{zi}",
                "tail": f"{number * 7919 % 10000:04d}",
                "id_tail": f"{number * 104729 % 10000:04d}",
                "community": "幸福社区",
                "birth_on": "1950-05-01",
                "registered_area": "430103005001",
                "residence_area": "430103005001",
                "statuses": [["active", "2024-01-01"]],
                "categories": [["disabled", "2", "2023-05-01", None]],
                "cards": [f"C{number:011d}"],
                "lost": [],
                "usual": {"lunch": [number % 20, "dine_in"]} if number % 5 == 0 else {},
                "used": [["2026-11-23", "lunch", 300]],
            }
        )
    return people


def _line(name: str, times: Sequence[float], per: Sequence[float] | None = None) -> None:
    ordered = sorted(times)
    middle, last = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    ratio = f"{middle / statistics.median(per):8.2f}" if per else ""
    print(f"{name:<46}{len(times):>6}{middle:>10.2f}{last:>10.2f}{ordered[-1]:>10.2f}{ratio}")


def _head(title: str) -> None:
    print(f"\n{title:<46}{'times':>6}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}   ratio")


def _measured(page: Page, taps: int, residents: int) -> None:
    page.evaluate(_OPEN)
    _head("From the tap to the durable tick")
    times = page.evaluate(_TAPS, taps)
    _line("store.save", times["tick"], times["bare"])
    _line("one bare strict write of the same", times["bare"])
    _head(f"With {residents} residents in the roster")
    roster = page.evaluate(_ROSTER, _residents(residents))
    _line("roster written, in one transaction", [roster["write"]])
    _line("roster read after a start", [roster["read"]])
    _line("made searchable", [roster["index"]])
    _line("store.save", page.evaluate(_TAPS, taps)["tick"], times["bare"])
    tools = page.context.new_cdp_session(page)
    for slower in (1, _SLOWER):
        tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        _head(f"Search, {residents} residents, processor {slower} times slower")
        found = page.evaluate(_SEARCH, list(_TYPED))
        _line("a key stroke", found["times"])
        _line("the faces of a sitting", [found["faces"]])


def main(taps: int = 300, residents: int = 10_000) -> None:
    """Print the tables."""
    with (
        tempfile.TemporaryDirectory(prefix="till-tap-") as name,
        _served(Path(name)) as address,
        sync_playwright() as playwright,
    ):
        # A profile on the disk, as a tablet has: what is kept in memory alone would be durable in no time.
        context = playwright.chromium.launch_persistent_context(
            Path(name) / "profile", executable_path=shutil.which("chromium"), args=_FLAGS
        )
        page = context.new_page()
        page.goto(f"{address}/healthz")
        _measured(page, taps, residents)
        context.close()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
