"""Home of the description of every endpoint for machines: an OpenAPI 3.1 document made from the views."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter
from wtforms import DateField, Field, IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length

from app.access import access_of
from app.roles import Permission
from app.web.described import (
    ANY_WORDS,
    DAY,
    JSON,
    PAGE,
    UUID,
    Description,
    Schema,
    Told,
    description_of,
    members,
    whole,
    words,
)

_FORM = "application/x-www-form-urlencoded"
_GAP = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
REFUSAL = members(
    {"error": words("A code for the program."), "message": words("A sentence for a person.")},
    about="Why it was not taken, and what to do.",
)
"""What the endpoints of tablets and riders refuse with."""

_SCHEMES = {
    "tablet": {"type": "http", "scheme": "bearer", "description": "What a tablet got when it was enrolled."},
    "rider": {
        "type": "http",
        "scheme": "bearer",
        "description": "What stands behind the # of a rider's link.",
    },
    "family": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "A browser that opened a family's link.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "Somebody who signed in.",
    },
    "metrics": {"type": "http", "scheme": "bearer", "description": "METRICS_TOKEN of the settings."},
}
_HEADERS = {
    "Retry-After": {"description": "Seconds until it is worth asking again.", "schema": whole(least=1)},
    "ETag": {"description": "To be sent back as If-None-Match.", "schema": ANY_WORDS},
    "Location": {"description": "Where it goes on.", "schema": ANY_WORDS},
}
_TO_SIGN_IN = Told("Nobody is signed in.", None, PAGE, ("Location",))
_HASTE = "Too many requests of one holder at once; nothing is lost."
_BY_ACCESS: Mapping[str, Mapping[int, Told]] = {
    "tablet": {
        400: Told("The body is not of this form.", REFUSAL),
        401: Told("The tablet is unknown or was revoked; what it holds stays on it.", REFUSAL),
        429: Told(_HASTE, REFUSAL, headers=("Retry-After",)),
    },
    "rider": {
        400: Told("The body is not of this form.", REFUSAL),
        401: Told("The link is unknown or was revoked; what the phone holds stays on it.", REFUSAL),
        429: Told(_HASTE, REFUSAL, headers=("Retry-After",)),
    },
    "family": {
        400: Told("The form is too old, or holds what no text holds.", ANY_WORDS, PAGE),
        401: Told("The browser knows no link that opens.", ANY_WORDS, PAGE),
        429: Told(_HASTE, ANY_WORDS, PAGE, ("Retry-After",)),
    },
    "permission": {
        302: _TO_SIGN_IN,
        400: Told("The address holds what no text holds.", ANY_WORDS, PAGE),
        403: Told("The role does not allow it.", ANY_WORDS, PAGE),
        404: Told("It is not there, or not there for this viewer.", ANY_WORDS, PAGE),
    },
}
_NOT_THERE = Told("There is no such page, or nothing of this number.", ANY_WORDS, PAGE)
_HINDERED = Told("The database is away, full or read only; nothing was kept.", ANY_WORDS, PAGE)


def description(app: Flask) -> dict[str, Any]:
    """Describe every endpoint that says something of itself."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint)):
        told = description_of(app, rule.endpoint)
        if told is None:
            continue
        there = paths.setdefault(_GAP.sub(r"{\1}", rule.rule), {})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            there[method.lower()] = _operation(app, rule, told, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Elder meal assistance: the endpoints for machines",
            "version": "1",
            "description": "Money is whole fen, days are Asia/Shanghai's, instants carry their offset. "
            "Whoever wants other forms gets another version beside this one.",
        },
        "paths": paths,
        "components": {"securitySchemes": _SCHEMES},
    }


def _operation(app: Flask, rule: Rule, told: Description, method: str) -> dict[str, Any]:
    access = access_of(app, rule.endpoint)
    kind = "permission" if isinstance(access, Permission) else str(access)
    answers = {**_BY_ACCESS.get(kind, {}), **told.answers}
    if rule.arguments:
        answers.setdefault(404, _NOT_THERE)
    if rule.endpoint != "web.healthz":
        answers.setdefault(503, _HINDERED)
    operation: dict[str, Any] = {
        "operationId": rule.endpoint,
        "summary": (inspect.getdoc(app.view_functions[rule.endpoint]) or "").partition("\n")[0],
        "tags": [rule.endpoint.partition(".")[0]],
        "security": _security(kind, told),
        "parameters": _parameters(rule, told, asks_token=kind == "family" and method == "POST"),
        "responses": {str(status): _answer(answers[status]) for status in sorted(answers)},
    }
    if isinstance(access, Permission):
        operation["description"] = f"Asks for the permission `{access.value}`."
    if told.body is not None:
        operation["requestBody"] = _body(app, told.body)
    return operation


_HOLDERS = {
    "tablet": "tablet",
    "rider": "rider",
    "family": "family",
    "permission": "session",
    "signed_in": "session",
}


def _security(kind: str, told: Description) -> list[dict[str, list[str]]]:
    if "Authorization" in told.headers:
        return [{"metrics": []}]
    scheme = _HOLDERS.get(kind)
    return [{scheme: []}] if scheme else []


def _parameters(rule: Rule, told: Description, *, asks_token: bool) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": _gap(rule, name)}
        for name in sorted(rule.arguments)
    ]
    found += [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in told.query.items()
    ]
    headers = {
        **told.headers,
        **({"X-CSRFToken": words("Or `csrf_token` in the form.")} if asks_token else {}),
    }
    found += [
        {"name": name, "in": "header", "required": name == "X-CSRFToken", "schema": schema}
        for name, schema in headers.items()
        if name != "Authorization"  # OpenAPI says it in `security` alone.
    ]
    return found


def _gap(rule: Rule, name: str) -> Schema:
    converter = rule._converters[name]  # noqa: SLF001 - werkzeug tells it nowhere else
    if isinstance(converter, IntegerConverter):
        return whole(most=converter.max)
    return UUID if isinstance(converter, UUIDConverter) else words(least=1)


def _answer(told: Told) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": told.about}
    if told.headers:
        answer["headers"] = {name: _HEADERS[name] for name in told.headers}
    if told.schema is not None:
        answer["content"] = {told.content_type: {"schema": told.schema}}
    elif told.content_type == PAGE:
        answer["content"] = {PAGE: {}}
    return answer


def _body(app: Flask, body: Schema | type[FlaskForm]) -> dict[str, Any]:
    if not isinstance(body, type):
        return {"required": True, "content": {JSON: {"schema": body}}}
    with app.test_request_context():
        form = body(formdata=None)
        fields = [each for each in form if each.name != "csrf_token"]
        needed = {each.name: _field(each) for each in fields if _is_needed(each)}
        rest = {each.name: _field(each) for each in fields if not _is_needed(each)}
        return {"required": True, "content": {_FORM: {"schema": members(needed, rest)}}}


def _field(asked: Field) -> Schema:
    if isinstance(asked, DateField):
        return DAY
    if isinstance(asked, SelectField):
        return (
            {"type": "string", "enum": [value for value, _ in asked.choices]} if asked.choices else ANY_WORDS
        )
    if isinstance(asked, IntegerField):
        return whole(least=None)
    longest = [each.max for each in asked.validators if isinstance(each, Length)]
    return words(most=longest[0] if longest else None, least=int(_is_needed(asked)))


def _is_needed(asked: Field) -> bool:
    is_asked = any(isinstance(each, DataRequired | InputRequired) for each in asked.validators)
    return is_asked or isinstance(asked, SelectField)
