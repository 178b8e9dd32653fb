"""Home of the problems that hypothesis draws for the routing tests: small, and of every rule there is."""

from __future__ import annotations

from hypothesis import strategies as st

from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem, Rules, Window


@st.composite
def problems(draw: st.DrawFn, most_orders: int = 7, most_kitchens: int = 2) -> RoutingProblem:
    """Draw up to two kitchens and two riders: one-way streets, windows, boxes, shifts and kitchens' limits.

    Doors and riders may choose between kitchens or not, and riders may change kitchen or not.
    """
    count = most_orders - draw(st.sampled_from([0, 0, 0, 1, 2, *range(most_orders + 1)]))
    kitchens = draw(st.sampled_from([(1,), (1, 2)][:most_kitchens]))
    choices = st.sampled_from([None, None, None, *((kitchen,) for kitchen in kitchens), kitchens])
    load, most_age = draw(st.sampled_from([0, 120])), draw(st.sampled_from([500, 900]))
    change = draw(st.integers(0, 900))
    return RoutingProblem(
        kitchens=tuple(
            Kitchen(
                kitchen,
                open=(39_600 + draw(st.sampled_from([0, 900])), draw(st.integers(41_000, 43_000))),
                capacity=draw(st.sampled_from([None, None, None, 0, 2, 4, 6])),
            )
            for kitchen in kitchens
        ),
        orders=tuple(
            Order(
                id=index + 1,
                amount=draw(st.sampled_from([1, 1, 1, 2, 3])),
                service_seconds=draw(st.sampled_from([0, 60, 180])),
                priority=draw(st.integers(1, 3)),
                window=_span(draw),
                kitchens=draw(choices),
            )
            for index in range(count)
        ),
        riders=tuple(
            Rider(
                11 + index,
                kitchens=draw(choices),
                capacity=draw(st.sampled_from([1, 2, 3, 4, 6, 10])),
                window=(draw(st.integers(39_000, 40_000)), draw(st.sampled_from([41_000, 44_000]))),
            )
            for index in range(draw(st.sampled_from([0, 1, 1, 2, 2, 2])))
        ),
        matrices={kitchen: _streets(draw, count) for kitchen in kitchens},
        rules=Rules(max_age_seconds=most_age, load_seconds=load),
        kitchen_durations=draw(st.sampled_from([None, ((0, change), (300, 0))]))
        if kitchens == (1, 2)
        else None,
    )


def _span(draw: st.DrawFn) -> Window:
    """Draw a door's hours."""
    opens = draw(st.integers(39_600, 42_000))
    return opens, opens + draw(st.sampled_from([300, 900, 2700, 6000]))


def _streets(draw: st.DrawFn, count: int) -> Matrix:
    """Draw a kitchen's streets, each as long in one direction as it pleases."""
    longest = draw(st.sampled_from([60, 150, 400, 1000]))
    size = count + 1
    row = st.lists(st.integers(0, longest), min_size=size, max_size=size)
    rows = [draw(row) for _ in range(size)]
    durations = tuple(
        tuple(0 if start == end else seconds for end, seconds in enumerate(drawn))
        for start, drawn in enumerate(rows)
    )
    return Matrix(tuple(range(1, size)), durations)
