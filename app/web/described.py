"""Home of what an endpoint for machines says of itself, and of the pieces such a description is written with.

The words stand at the view and are made from what the code itself reads by: its enums, limits and forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask
from flask_wtf import FlaskForm

Schema = Mapping[str, Any]
"""A JSON Schema, as OpenAPI 3.1 takes it."""

_View = TypeVar("_View", bound=Callable[..., object])
JSON, PAGE, PLAIN = "application/json", "text/html", "text/plain"

ANY_WORDS: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
UUID: Schema = {"type": "string", "format": "uuid"}
YES_OR_NO: Schema = {"type": "boolean"}


def words(about: str = "", *, most: int | None = None, least: int = 0) -> Schema:
    """Describe a text, with how many characters it may hold.

    >>> words(most=3)
    {'type': 'string', 'maxLength': 3}
    """
    limits = {"maxLength": most, "minLength": least or None, "description": about or None}
    return {"type": "string", **{name: limit for name, limit in limits.items() if limit is not None}}


def whole(about: str = "", *, least: int | None = 0, most: int | None = None) -> Schema:
    """Describe a whole number."""
    limits = {"minimum": least, "maximum": most, "description": about or None}
    return {"type": "integer", **{name: limit for name, limit in limits.items() if limit is not None}}


def one_of(known: Iterable[StrEnum] | Iterable[str], about: str = "") -> Schema:
    """Describe a code out of those that are known.

    >>> one_of(["cash", "card"])
    {'type': 'string', 'enum': ['cash', 'card']}
    """
    return {"type": "string", "enum": [str(each) for each in known]} | (
        {"description": about} if about else {}
    )


def members(
    required: Mapping[str, Schema], more: Mapping[str, Schema] | None = None, about: str = ""
) -> Schema:
    """Describe an object: the members that it always has, and those that it may have beside."""
    described: dict[str, Any] = {"type": "object", "properties": {**required, **(more or {})}}
    if required:
        described["required"] = list(required)
    return described | ({"description": about} if about else {})


def listing(item: Schema, about: str = "", *, most: int | None = None) -> Schema:
    """Describe a list."""
    described: dict[str, Any] = {"type": "array", "items": item}
    if most is not None:
        described["maxItems"] = most
    return described | ({"description": about} if about else {})


def or_null(schema: Schema) -> Schema:
    """Describe what may be null as well."""
    return {"anyOf": [schema, {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer of an endpoint is."""

    about: str
    schema: Schema | None = None
    content_type: str = JSON
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What an endpoint takes and gives. What its door answers is known from who may open it."""

    answers: Mapping[int, Told]
    body: Schema | type[FlaskForm] | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    headers: Mapping[str, Schema] = field(default_factory=dict)


def described(
    answers: Mapping[int, Told],
    *,
    body: Schema | type[FlaskForm] | None = None,
    query: Mapping[str, Schema] | None = None,
    headers: Mapping[str, Schema] | None = None,
) -> Callable[[_View], _View]:
    """Let a view say what it takes and gives: `flask api describe` writes it down."""

    def marked(view: _View) -> _View:
        view.__dict__["described"] = Description(answers, body, query or {}, headers or {})
        return view

    return marked


def description_of(app: Flask, endpoint: str) -> Description | None:
    """Give what an endpoint says of itself; None for a page that people read."""
    told: Description | None = app.view_functions[endpoint].__dict__.get("described")
    return told
