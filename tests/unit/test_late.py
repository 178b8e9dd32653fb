"""The addresses of pages that compile late: they must build what the original builds."""

from __future__ import annotations

import pytest
from werkzeug.routing import Map, Rule

from app.late import LateRule

ADDRESSES: tuple[tuple[str, dict[str, object], dict[str, object]], ...] = (
    ("/plain", {}, {}),
    ("/sites/<code>", {}, {"code": "长沙 1/2"}),
    ("/rules/<rule>", {}, {"rule": "R-1", "page": 2}),
    ("/months/<int:year>-<int:month>", {}, {"year": 2026, "month": 11, "q": ["a", "b"]}),
    ("/pages/<int:number>", {"number": 1}, {"number": 1}),
)


@pytest.mark.parametrize(("address", "defaults", "values"), ADDRESSES)
@pytest.mark.parametrize("with_unknown", [True, False])
def test_an_address_builds_what_the_original_builds(
    address: str,
    defaults: dict[str, object],
    values: dict[str, object],
    with_unknown: bool,  # noqa: FBT001 - a case's, not a caller's
) -> None:
    late, original = (
        Map([kind(address, endpoint="page", defaults=defaults or None)]).bind("meal.example")
        for kind in (LateRule, Rule)
    )
    for _ in range(2):
        built = late.build("page", values, append_unknown=with_unknown)
        assert built == original.build("page", values, append_unknown=with_unknown)
