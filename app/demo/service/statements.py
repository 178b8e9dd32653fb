"""Home of the demo's settled months: drafts, one street's statements on their way, and a case to recover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app import clock
from app.demo.rules.sign_ins import STREET
from app.demo.rules.sites import BUSY_CANTEEN
from app.month import Month, month_of
from app.roles import COMMAND, Actor, Scope
from app.settlement import queries, service
from app.settlement.models import Statement
from app.settlement.rules.recovery import Finding
from app.settlement.rules.steps import Act

_WAIVED = "演示数据：平板未逐日结账，已与纸质登记核对"
_WAY = (Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)
_WRONGLY_PAID_FEN = 6_00


def settle_months(days: Sequence[date], users: Mapping[str, Actor], *, at: datetime) -> dict[str, int]:
    """Draft the past months, and send the statements of one street on their way; give how many there are.

    That street has a reviewer who signs in to the demo. What it got for the last month is approved at most,
    what it got for earlier ones is paid, so that every page of settlement has something to show.
    """
    past = sorted({month_of(day) for day in days} - {month_of(days[-1])}, key=str) if days else []
    drafted = paid = 0
    for month in past:
        drafted += sum(service.draft_statements(month, by=users["finance"], at=at).values())
        for turn, statement in enumerate(queries.statements_of(month, Scope(STREET))):
            steps = len(_WAY) if month != past[-1] else max(0, len(_WAY) - 1 - turn)
            _walk(statement, _WAY[:steps], users, at=at)
            paid += steps == len(_WAY)
    if len(past) > 1:
        _open_case(past[0], users["officer"], at=at)
    return {"drafted": drafted, "paid": paid}


def _walk(statement: Statement, way: Sequence[Act], users: Mapping[str, Actor], *, at: datetime) -> None:
    """Take these steps, each by its own person; a site without people in the demo hands in by command."""
    hands_in = users["manager"] if statement.site_code == BUSY_CANTEEN else COMMAND
    takers = {
        Act.SUBMIT: hands_in,
        Act.REVIEW: users["reviewer"],
        Act.APPROVE: users["director"],
        Act.PAY: users["finance"],
    }
    if way and queries.gaps_of(statement, today=clock.on(at)):
        service.waive(statement.statement_no, reason=_WAIVED, by=users["officer"], at=at)
    for act in way:
        service.take_step(statement.statement_no, act, by=takers[act], at=at)


def _open_case(month: Month, by: Actor, *, at: datetime) -> None:
    """Open a case of what was paid for meals that somebody took in another's name."""
    statement = next(iter(queries.statements_of(month, Scope(site_code=BUSY_CANTEEN))), None)
    if statement is None or not statement.fund_amounts:
        return
    owed = statement.fund_amounts[0]
    finding = Finding(
        statement.statement_no,
        owed.payer,
        owed.fund,
        _WRONGLY_PAID_FEN,
        month.last_on,
        "两餐由他人持卡代领，老人当时在外地",
        "家属来电记录；车票复印件",
    )
    service.open_recovery(finding, by=by, at=at)
