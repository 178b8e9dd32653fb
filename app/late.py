"""Home of what is loaded when it is first asked for: the pages, and each group of commands.

`flask --help` names all commands and shows no page, so it need not wait for either. Whatever is loaded late
is named as `module:name` where the application is put together.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from threading import RLock
from typing import Any

import click
from flask import Blueprint, Flask
from werkzeug.routing import Map, Rule


def late(place: str) -> Callable[..., Any]:
    """Give a function that is loaded when it is first called.

    >>> late("math:gcd")(12, 18)
    6
    """

    def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the function has it
        return loaded(place)(*given, **named)

    return call


@cache
def loaded(place: str) -> Any:  # noqa: ANN401 - whatever lies there
    """Load what a place names."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


class LateRule(Rule):
    """An address that compiles what builds it when it is first built.

    Of 500 addresses a process builds a few; compiling all of them is four fifths of opening the pages.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - as in the original
        compiled: Callable[..., tuple[str, str]] | None = None
        original = super()._compile_builder

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = original(append_unknown)
            return compiled(rule, **values)

        return build


class Application(Flask):
    """An application whose pages are there once somebody asks for an address, or for any one command.

    Never a part of them: what one package writes others listen to, and a table may name another's.
    """

    url_rule_class = LateRule

    def __init__(self, name: str) -> None:
        """Begin without pages."""
        self._opening, self._is_opening = RLock(), False
        self._waiting: Sequence[str] = ()
        super().__init__(name)

    def pages(self, places: Sequence[str]) -> None:
        """Say where the blueprints are; from now on whoever asks for the addresses loads them."""
        self._waiting = places

    def open(self) -> None:
        """Load every page, unless they are there; another thread that asks meanwhile waits."""
        with self._opening:
            if self._is_opening or not self._waiting:
                return
            self._is_opening = True
            try:
                for blueprint in _loaded_together(self._waiting):
                    self.register_blueprint(blueprint)
                self._waiting = ()
            finally:
                self._is_opening = False

    @property
    def url_map(self) -> Map:
        """Give the addresses of all pages."""
        if self._waiting:
            self.open()
        return self._addresses

    @url_map.setter
    def url_map(self, addresses: Map) -> None:
        self._addresses = addresses


def _loaded_together(places: Sequence[str]) -> list[Blueprint]:
    """Load blueprints; the collector rests meanwhile, and passes over their code for good.

    Loading modules makes hardly any garbage; looking for it all the while costs a fifth of the start.
    """
    gc.disable()
    try:
        found = [loaded(place) for place in places]
        _pass_over_the_code()
        return found
    finally:
        gc.enable()


@cache
def _pass_over_the_code() -> None:
    """Let the collector pass over what is loaded by now, once: later it would keep garbage as well."""
    gc.freeze()


class LateCommand(click.Command):
    """A command, or a group of them, of which only the name and a sentence are there before it is called."""

    def __init__(self, name: str, *, place: str, sentence: str, before: Callable[[], None]) -> None:
        """Remember where it lies; `before` loads what must be there when it runs."""
        super().__init__(name, help=sentence)
        self._place = place
        self._before = before

    @property
    def real(self) -> click.Command:
        """Give the command itself."""
        self._before()
        command: click.Command = loaded(self._place)
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Let the command itself take what was typed."""
        return self.real.make_context(info_name, args, parent, **extra)
