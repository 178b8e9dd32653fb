"""Home of the network between a browser and the server, which a test may let fail and heal again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route

Answer = Callable[[Route], object]


class Network:
    """All requests to one address pass here: to the server, unless `answer` says otherwise.

    It stays in place when it heals: a route that is taken away takes with it the requests it still holds.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        """Stand between the context and the address."""
        self.answer: Answer | None = None
        context.route(address, self._pass)

    def _pass(self, route: Route) -> None:
        if self.answer is None:
            route.continue_()
        else:
            self.answer(route)

    def heal(self) -> None:
        """Let everything through again."""
        self.answer = None
