"""Home of a year's money by fund: where it came from, which meals it went to, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.settlement.rules.lines import CHARITY_PAYER


@dataclass(frozen=True, slots=True)
class FundMonthSum:
    """What the statements of one month owe out of one fund, and what of it is paid; void ones left out."""

    payer: str
    fund: str
    month: str
    statements: int
    drafts: int
    meals: int
    amount_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class CharityYear:
    """A charity fund's year by the donations ledger; what it gives shows no matter what is drafted."""

    name: str
    purpose: str
    carried_fen: int
    gifts: int
    received_fen: int
    meals: int
    spent_fen: int

    @property
    def left_fen(self) -> int:
        """Give what is left at the year's end."""
        return self.carried_fen + self.received_fen - self.spent_fen


@dataclass(frozen=True, slots=True)
class FundYear:
    """One payer's fund in a year. Income and balance are known of charity alone: the ledger keeps them.

    What the treasury put into a government fund stands in the treasury's books; there they are None.
    Charity is given as meals are served, so that the ledger is ahead of the statements.
    """

    payer: str
    fund: str
    months: tuple[FundMonthSum, ...]
    carried_fen: int | None = None
    received_fen: int | None = None
    left_fen: int | None = None

    @property
    def unstated_fen(self) -> int | None:
        """Give what meals were given already that no statement owes yet: what makes the row add up."""
        if self.carried_fen is None or self.received_fen is None or self.left_fen is None:
            return None
        return self.carried_fen + self.received_fen - self.left_fen - self.amount_fen

    @property
    def meals(self) -> int:
        """Give to how many meals the fund gave (受益人次)."""
        return sum(month.meals for month in self.months)

    @property
    def amount_fen(self) -> int:
        """Give what the fund owes for the year."""
        return sum(month.amount_fen for month in self.months)

    @property
    def paid_fen(self) -> int:
        """Give what of it is paid."""
        return sum(month.paid_fen for month in self.months)

    @property
    def drafts(self) -> int:
        """Give how many of its statements are drafts still."""
        return sum(month.drafts for month in self.months)


@dataclass(frozen=True, slots=True)
class FundReport:
    """A year's money, fund by fund, and the charity funds one by one."""

    year: int
    funds: tuple[FundYear, ...]
    charity: tuple[CharityYear, ...]

    @property
    def amount_fen(self) -> int:
        """Give what all funds owe for the year."""
        return sum(fund.amount_fen for fund in self.funds)

    @property
    def paid_fen(self) -> int:
        """Give what of it is paid."""
        return sum(fund.paid_fen for fund in self.funds)

    @property
    def drafts(self) -> bool:
        """Tell whether any figure comes from a draft."""
        return any(fund.drafts for fund in self.funds)


def fund_report(
    year: int, sums: list[FundMonthSum], charity: list[CharityYear], *, charity_fund: str
) -> FundReport:
    """Put a year together: government funds by payer and fund, charity last with its income and balance."""
    keys = {(each.payer, each.fund) for each in sums}
    if charity:
        keys.add((CHARITY_PAYER, charity_fund))
    ordered = sorted(keys, key=lambda key: (key[0] == CHARITY_PAYER, key))
    return FundReport(year, tuple(_fund(key, sums, charity) for key in ordered), tuple(charity))


def _fund(key: tuple[str, str], sums: list[FundMonthSum], charity: list[CharityYear]) -> FundYear:
    months = tuple(each for each in sums if (each.payer, each.fund) == key)
    if key[0] != CHARITY_PAYER:
        return FundYear(*key, months)
    return FundYear(
        *key,
        months,
        carried_fen=sum(each.carried_fen for each in charity),
        received_fen=sum(each.received_fen for each in charity),
        left_fen=sum(each.left_fen for each in charity),
    )
