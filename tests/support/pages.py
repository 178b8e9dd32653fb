"""Home of the client that reads pages as a person does, and holds each to the rules of every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.auth import queries, service
from app.auth.models import User
from app.extensions import db
from app.transaction import transaction
from app.web.described import description_of
from tests.support.html import Element, filled_in, read
from tests.support.page_rules import HEADERS, breaches, dead_links


class PageClient(FlaskClient):
    """A browser without a screen: it opens pages, sends their forms, and refuses a page that breaks a rule.

    Each request runs in a context of its own, as on a server: the test's session and the request's are two.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's signature
        """Send a request; check what comes back if it is a page."""
        if has_app_context():
            assert not any((db.session.new, db.session.dirty, db.session.deleted)), "commit your rows first"
            # What the test reads from now on is what the request leaves behind.
            db.session.rollback()
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        self._check(response)
        return response

    def _check(self, response: TestResponse) -> None:
        path = response.request.path
        assert response.status_code < 500, f"{path} answered {response.status}: see the log"
        assert response.mimetype != "application/json" or self._is_described(response), (
            f"{path} answers machines: let its view be @described"
        )
        is_fragment = response.request.headers.get("HX-Request") == "true"
        if response.mimetype != "text/html" or is_fragment or response.status_code in (301, 302, 303, 308):
            return
        page = read(response.text)
        broken = breaches(page)
        broken += [f"leads nowhere: {link}" for link in dead_links(page, path, self._urls())]
        broken += [
            f"header {name}: {response.headers.get(name)}"
            for name, start in (HEADERS | _kept_by_all(response)).items()
            if not response.headers.get(name, "").startswith(start)
        ]
        assert not broken, f"{path}:\n" + "\n".join(broken)

    def _is_described(self, response: TestResponse) -> bool:
        endpoint = self._urls().match(response.request.path, method=response.request.method)[0]
        return description_of(self.application, endpoint) is not None

    def _urls(self) -> Any:  # noqa: ANN401 - werkzeug's map, bound
        return self.application.url_map.bind("localhost")

    def page(self, address: str, *, status: int = 200) -> Element:
        """Open a page, following where it leads; give what it shows."""
        return self._shown(self.get(address, follow_redirects=True), status)

    def submit(self, form: Element, *, status: int = 200, at: str = "", **fields: str | list[str]) -> Element:
        """Send a form of a page with some fields filled in; give the page that follows.

        `at` is the address of the page that the form stood on, for a form that names no address itself.
        """
        sent = filled_in(form) | fields
        address = form.get("action") or at
        if form.get("method").lower() == "post":
            return self._shown(self.post(address, data=sent, follow_redirects=True), status)
        return self._shown(self.get(address, query_string=sent, follow_redirects=True), status)

    def send(self, address: str, *, status: int = 200, **fields: str | list[str]) -> Element:
        """Post fields with a good token to an address, without opening the form first."""
        data = {"csrf_token": self.token(), **fields}
        return self._shown(self.post(address, data=data, follow_redirects=True), status)

    def token(self) -> str:
        """Give the token that proves a form to be ours, as every page holds one."""
        return self.page("/").all("input", name="csrf_token")[0].get("value")

    def sign_in(self, user: User) -> PageClient:
        """Be this user from now on, without typing the password or a code."""
        number = user.user_no
        with transaction():
            known = queries.user_numbered(number)
            assert known is not None
            token = service.begin_session(known, lasts_minutes=12 * 60, at=clock.now())
        with self.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    @staticmethod
    def _shown(response: TestResponse, status: int) -> Element:
        assert response.status_code == status, f"{response.request.path}: {response.status}\n{response.text}"
        return read(response.text)


def _kept_by_all(response: TestResponse) -> dict[str, str]:
    """Give what a public page says to caches, in place of what all others do."""
    is_public = response.request.path.startswith("/public/") and response.status_code in (200, 304)
    return {"Cache-Control": "public, max-age="} if is_public else {}


@contextmanager
def in_use(app: Flask) -> Iterator[Flask]:
    """Give an application inside its context, its pages held to the house rules; then let all of it go."""
    app.testing = True
    app.test_client_class = PageClient
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()
