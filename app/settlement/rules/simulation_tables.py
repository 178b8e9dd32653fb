"""Home of the tables that a simulation is shown in, on the page and on the terminal alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.money import format_yuan
from app.settlement.rules.simulation import Compared, Concerned, Fund, Simulation
from app.subsidy.rules.wording import payer_label
from app.text import Text, text

_Key = TypeVar("_Key")
Row = Compared[Text | str]


@dataclass(frozen=True, slots=True)
class Table:
    """Some figures before and after; amounts in fen unless they are meals.

    `names_residents` tells that the rows are single residents, by number; they have no total.
    """

    heading: Text
    rows: tuple[Row, ...]
    counts_meals: bool = False
    names_residents: bool = False

    @property
    def total(self) -> Row | None:
        """Give the sum over all rows, where it means something."""
        if self.names_residents:
            return None
        before, after = sum(row.before for row in self.rows), sum(row.after for row in self.rows)
        return Compared(text("Total"), before, after)

    def shown(self, figure: int) -> str:
        """Write a figure: yuan, or meals."""
        return f"{figure:,}" if self.counts_meals else format_yuan(figure)

    def signed(self, difference: int) -> str:
        """Write a difference with its sign.

        >>> table = Table(text("Total"), ())
        >>> table.signed(300), table.signed(-5), table.signed(0)
        ('+3.00', '-0.05', '0.00')
        """
        return f"+{self.shown(difference)}" if difference > 0 else self.shown(difference)


def tables_of(simulation: Simulation, site_names: Mapping[str, str]) -> list[Table]:
    """Give a simulation as tables; a site without a name among `site_names` is shown by its code."""
    return [
        Table(text("Who pays what"), _rows(simulation.parts, lambda part: part.label)),
        Table(text("By payer and fund (yuan)"), _rows(simulation.funds, _fund_label)),
        Table(text("By resident category (yuan)"), _rows(simulation.groups, lambda group: group.label)),
        Table(
            text("Meals by reason"),
            _rows(simulation.reasons, lambda reason: reason.label),
            counts_meals=True,
        ),
        _of_residents(
            text("Residents who pay less: {count}, together {yuan} yuan", **_size(simulation.gaining)),
            simulation.gaining,
        ),
        _of_residents(
            text("Residents who pay more: {count}, together {yuan} yuan", **_size(simulation.losing)),
            simulation.losing,
        ),
        Table(text("By site (yuan)"), _rows(simulation.sites, lambda code: site_names.get(code, code))),
    ]


def _rows(compared: Iterable[Compared[_Key]], label: Callable[[_Key], Text | str]) -> tuple[Row, ...]:
    return tuple(Compared(label(each.key), each.before, each.after) for each in compared)


def _fund_label(named: Fund) -> Text:
    payer, fund = named
    return text("{payer} · {fund}", payer=payer_label(payer), fund=fund)


def _size(concerned: Concerned) -> dict[str, str]:
    return {"count": f"{concerned.residents:,}", "yuan": format_yuan(concerned.fen)}


def _of_residents(heading: Text, concerned: Concerned) -> Table:
    """Give the residents who gain or lose the most, under how many there are in all."""
    rows = tuple(Compared(each.resident_no, each.before_fen, each.after_fen) for each in concerned.most)
    return Table(heading, rows, names_residents=True)
