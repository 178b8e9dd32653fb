"""What we serve runs on the tablets that canteens have: browsers of 2019 read every script of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.javascript import newer_than
from tests.support.source import APP, place

STATIC = APP / "static"
VENDOR = STATIC / "vendor"  # made for older browsers by their makers
YEAR = 2019

# A browser that reads a script can still lack what it calls. Each of these came after Chrome 73 (March 2019).
NEWER_CALLS = frozenset(
    {
        ".at",
        ".findLast",
        ".findLastIndex",
        ".randomUUID",
        ".replaceAll",
        ".replaceChildren",
        ".requestSubmit",
        ".toReversed",
        ".toSorted",
        ".toSpliced",
        "AbortSignal.any",
        "AbortSignal.timeout",
        "Array.fromAsync",
        "Object.groupBy",
        "Object.hasOwn",
        "Promise.allSettled",
        "Promise.any",
        "Promise.try",
        "Promise.withResolvers",
        "WeakRef",
        "structuredClone",
    }
)


def scripts() -> list[Path]:
    return sorted(path for path in STATIC.rglob("*.*js") if VENDOR not in path.parents)


def faults(source: str) -> list[str]:
    return newer_than(YEAR, [source], names=NEWER_CALLS)[0]


def test_every_script_that_we_serve_is_read_by_the_browsers_of_2019() -> None:
    served = scripts()
    assert STATIC / "till" / "rules.js" in served
    found = newer_than(YEAR, [path.read_text(encoding="utf-8") for path in served], names=NEWER_CALLS)
    told = [f"{place(path)}:{fault}" for path, faults in zip(served, found, strict=True) for fault in faults]
    assert told == []


@pytest.mark.parametrize(
    "source",
    [
        "const b = a?.b;",
        "const b = a?.();",
        "const b = a ?? 1;",
        "a ||= 1;",
        "a &&= 1;",
        "a ??= 1;",
        "class A { field = 1; }",
        "class A { #hidden() {} }",
        "class A { static { } }",
        "const many = 10n;",
        "const many = 1_000;",
        "export const answer = await fetch('/');",
        "const later = import('/till/search.js');",
        "export * as all from './search.js';",
        "const here = import.meta.url;",
        "const letter = /[\\p{L}--[a-z]]/v;",
        "for (const a of b) { c?.d; }",
    ],
)
def test_syntax_of_later_years_is_found(source: str) -> None:
    assert len(faults(source)) == 1


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("a.replaceAll('b', 'c');", ".replaceAll"),
        ("const last = [1, 2].at(-1);", ".at"),
        ("export function f() { return () => Object.hasOwn({}, 'a'); }", "Object.hasOwn"),
        ("const copy = structuredClone({});", "structuredClone"),
        ("const reference = new WeakRef({});", "WeakRef"),
        ("Promise.any([]);", "Promise.any"),
    ],
)
def test_calls_of_what_came_later_are_found(source: str, name: str) -> None:
    assert faults(source) == [f"1: {name} is newer than 2019"]


@pytest.mark.parametrize(
    "source",
    [
        "export const f = async ({ a, ...rest }) => ({ ...rest, a });",
        "(function () { 'use strict'; try { return 2 ** 3; } catch { return [].flat(); } })();",
        "for (var a = 0; a < 1; a += 1) { with (b) { c(); } }",
        "export async function* f() { for await (const a of b) { yield a; } }",
        "const day = /(?<year>\\d{4})(?<=x)/s;",
        "store.any(1); at(1); const at = { replaceAll: 1 };",
    ],
)
def test_what_these_browsers_know_is_left_in_peace(source: str) -> None:
    assert faults(source) == []


def test_a_fault_is_told_with_its_line() -> None:
    (fault,) = faults("const a = 1;\nexport const b = a?.c;\n")
    assert fault.startswith("2: ")
