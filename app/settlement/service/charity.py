"""Home of the proof of the donations ledger: balances against entries, allotments against decisions."""

from __future__ import annotations

from app.donations import queries as donations
from app.money import format_yuan
from app.settlement.queries import charity as queries
from app.text import Text, text


def charity_differences() -> list[Text]:
    """Say each fund that does not hold what came in less what went out, and each meal not given its part."""
    funds = [
        text(
            "Fund {name}: it holds {balance} yuan, but {received} came in and {allotted} was allotted.",
            name=each.name,
            balance=format_yuan(each.balance_fen),
            received=format_yuan(each.received_fen),
            allotted=format_yuan(each.allotted_fen),
        )
        for each in donations.out_of_step()
    ]
    meals = [
        text(
            "Meal {meal}: {decided} yuan are decided from charity, {allotted} were allotted.",
            meal=each.meal_id,
            decided=format_yuan(each.decided_fen),
            allotted=format_yuan(each.allotted_fen),
        )
        for each in queries.untied()
    ]
    return [*funds, *meals]
