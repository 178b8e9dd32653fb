"""Home of the commands of settlement: a month's statements, a policy simulated, and kitchens' portions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from unicodedata import east_asian_width

import click

from app import clock
from app.canteens import queries as canteens
from app.donations.commands import donations_commands
from app.money import format_yuan
from app.month import parse_month
from app.roles import COMMAND, Scope
from app.settlement import service
from app.settlement.rules.adjustments import Adjustment
from app.settlement.rules.period import parse_period
from app.settlement.rules.portions import standing
from app.settlement.rules.simulation_tables import Row, Table, tables_of
from app.settlement.service import Drafted
from app.sheet import cells
from app.subsidy.rules.document import LARGEST_BYTES, policy_from_bytes
from app.text import Text, text
from app.till import service as portions
from app.till.rules.balance import Balance, BalanceState
from app.transaction import transaction
from app.web.command import CommandGroup, folder_option, formats_option, tell_file
from app.web.language import say

settlement_commands = CommandGroup(
    "settlement", help="Monthly statements: draft, export, pay, verify, simulate."
)

kitchens_commands = CommandGroup("kitchens", help="What kitchens cooked and sent, and what became of it.")

_month = click.option("--month", required=True, metavar="YYYY-MM", help="The month, like 2026-10.")


@settlement_commands.command("draft")
@_month
@click.option("--site", metavar="CODE", help="Only this site.")
def draft(month: str, site: str | None) -> None:
    """Make the draft statements of a month, or make them again."""
    period = parse_month(month)
    with transaction():
        done = service.draft_statements(period, site_code=site, by=COMMAND, at=clock.now())
    click.echo(
        say(
            text(
                "Drafted {month}: {made} new, {refreshed} made again, {unchanged} unchanged, {frozen} handed "
                "in.",
                month=period,
                made=done[Drafted.MADE],
                refreshed=done[Drafted.REFRESHED],
                unchanged=done[Drafted.UNCHANGED],
                frozen=done[Drafted.FROZEN],
            )
        )
    )


@settlement_commands.command("export")
@_month
@folder_option
@formats_option
def export(month: str, output: Path, wanted: str) -> None:
    """Write a month's statements as CSV, as a workbook and as papers."""
    chosen = service.formats(wanted)
    statements = service.Wanted.of(parse_month(month), Scope())
    done = service.export_month(statements, output, chosen, at=clock.now(), progress=tell_file)
    click.echo(
        say(
            text(
                "Exported {month}: {statements} statements in {files} files to {folder}.",
                month=statements.month,
                statements=len(statements.statements),
                files=len(done),
                folder=output,
            )
        )
    )


@settlement_commands.command("payment")
@_month
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for the bank.",
)
@click.pass_context
def payment(ctx: click.Context, month: str, output: Path) -> None:
    """Write the bank's file for a month: what is approved and unpaid.

    Exits with 1 if anything had to be left out; each is printed with what to do about it.
    """
    target = BytesIO()
    with transaction():
        run = service.write_payments(parse_month(month), target, by=COMMAND, at=clock.now())
    output.write_bytes(target.getvalue())
    for said in [*run.warnings, *(refused.as_text() for refused in run.refused)]:
        click.echo(say(said), err=True)
    click.echo(
        say(
            text(
                "{month}: {count} payments, {amount} yuan; left out {refused}, {left} yuan.",
                month=run.month,
                count=len(run.payments),
                amount=format_yuan(run.total_fen),
                refused=len(run.refused),
                left=format_yuan(run.refused_fen),
            )
        )
    )
    if run.refused:
        ctx.exit(1)


@settlement_commands.command("rollup")
@click.option("--period", required=True, metavar="PERIOD", help="A quarter like 2026Q4, or a year like 2026.")
@folder_option
@formats_option
def rollup(period: str, output: Path, wanted: str) -> None:
    """Write a quarter or a year as CSV, as a workbook and as a paper: by site, payer and fund."""
    chosen = service.formats(wanted)
    found = service.rollup_of(parse_period(period), Scope())
    service.export_rollup(found, output, chosen, at=clock.now(), progress=tell_file)
    click.echo(
        say(
            text(
                "{period}: {statements} statements, {drafts} of them drafts, {amount} yuan.",
                period=found.period,
                statements=found.statements,
                drafts=found.drafts,
                amount=format_yuan(found.total.amount_fen),
            )
        )
    )


@settlement_commands.command("verify")
@_month
@click.pass_context
def verify(ctx: click.Context, month: str) -> None:
    """Compute every statement of a month from the facts alone, and print what differs.

    Exits with 1 if anything does.
    """
    period = parse_month(month)
    found = service.verify_month(period)
    for difference in found.differences:
        click.echo(say(difference.as_text()))
    for each in found.pending:
        click.echo(say(_pending(each)))
    if found.undrafted:
        click.echo(
            say(text("Sites with meals but no statement: {sites}.", sites=", ".join(found.undrafted))),
            err=True,
        )
    if found.differences:
        click.echo(
            say(
                text(
                    "{month}: {count} differences in {statements} statements. Where meals have come in "
                    "since, draft again; anything else must be looked into.",
                    month=period,
                    count=len(found.differences),
                    statements=found.statements,
                )
            ),
            err=True,
        )
        ctx.exit(1)
    click.echo(
        say(
            text(
                "{month}: {statements} statements with {lines} meals agree with the facts.",
                month=period,
                statements=found.statements,
                lines=found.lines,
            )
        )
    )


def _pending(each: Adjustment) -> Text:
    return text(
        "Statement {number} stands; the next one moves {amount} yuan of meal {meal} ({payer}, {fund}).",
        number=each.corrects,
        meal=each.meal_id,
        amount=format_yuan(each.amount_fen),
        payer=each.payer,
        fund=each.fund,
    )


@settlement_commands.command("simulate")
@click.argument("file", metavar="POLICY.yaml", type=click.File("rb"))
@_month
@click.option("--site", metavar="CODE", help="Only the meals at this site.")
@click.option("--as-of-its-date", is_flag=True, help="Let the policy decide from its own first day on only.")
@click.option(
    "-o",
    "--output",
    metavar="FILE.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file for every resident who pays less or more.",
)
def simulate(
    file: BinaryIO, month: str, site: str | None, *, as_of_its_date: bool, output: Path | None
) -> None:
    """Print what a month's money would have been with the policy in POLICY.yaml; nothing is changed.

    The policy need not be published. It is taken as if it had been in force in its district for the whole
    month.
    """
    period = parse_month(month)
    policy = policy_from_bytes(file.read(LARGEST_BYTES + 1))
    with service.differences_file(output) if output else nullcontext(lambda _: None) as tell:
        found = service.simulate(
            policy, period, scope=Scope(), site_code=site, as_if_in_force=not as_of_its_date, tell=tell
        )
    click.echo(say(found.as_text()))
    if found.assumption is not None:
        click.echo(say(found.assumption))
    for table in tables_of(found, {}):
        for line in _printed(table):
            click.echo(line)
    if output is not None:
        click.echo(say(text("Written to {file}.", file=output)), err=True)


def _printed(table: Table) -> Iterator[str]:
    """Give a table line by line: the figures first, so that labels may have any length."""
    yield ""
    heads = (text("before"), text("after"), text("difference"), table.heading)
    yield _line(*map(say, heads))
    for row in (*table.rows, table.total):
        if row is not None:
            yield _row(table, row)


def _row(table: Table, row: Row) -> str:
    label = say(row.key) if isinstance(row.key, Text) else row.key
    return _line(table.shown(row.before), table.shown(row.after), table.signed(row.difference), label)


def _line(*cells: str) -> str:
    *figures, label = cells
    return "".join(_right(each) for each in figures) + "  " + label


def _right(written: str) -> str:
    """Move a figure or its head to the right of its column; Chinese signs are two wide."""
    width = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in written)
    return " " * max(0, _COLUMN - width) + written


_COLUMN = 15


@kitchens_commands.command("balance")
@_month
@click.option("--kitchen", "kitchen_code", metavar="CODE", help="Only this kitchen and whom it cooks for.")
def balance(month: str, kitchen_code: str | None) -> None:
    """Print the balance of every site's sitting of a month: what came in, and what became of it."""
    period = parse_month(month)
    found = service.month_portions(period, Scope(), site_code=kitchen_code)
    click.echo("\t".join(map(say, _PORTIONS)))
    for each in found:
        click.echo("\t".join(_portions(each)))
    counted = standing(found)
    click.echo(
        say(
            text(
                "{month}: {sittings} sittings, {balanced} balance, {explained} are explained, {differing} "
                "differ, {uncounted} are not counted.",
                month=period,
                sittings=len(found),
                balanced=counted[BalanceState.BALANCED],
                explained=counted[BalanceState.EXPLAINED],
                differing=counted[BalanceState.DIFFERS],
                uncounted=counted[BalanceState.UNCOUNTED],
            )
        )
    )


_PORTIONS = (
    text("Day"),
    text("Sitting"),
    text("Site"),
    text("Cooked"),
    text("Sent here"),
    text("Arrived"),
    text("Meals served"),
    text("Sent on"),
    text("Returned"),
    text("Left over"),
    text("State"),
)


def _portions(each: Balance) -> Iterator[str]:
    """Give a sitting's cells; a figure that was not counted is a dash."""
    yield each.where.served_on.isoformat()
    yield say(each.where.sitting.label)
    yield each.where.site_code
    sent_on = sum(each.sent_on.values()) if each.sent_on else None
    figures = (each.cooked, each.was_sent, each.received, each.served, sent_on, each.returned, each.spoiled)
    yield from ("-" if figure is None else str(figure) for figure in figures)
    said = (say(fault.said(count)) for fault, count in each.faults.items())
    yield " · ".join((say(each.state.label), *said))


@kitchens_commands.command("order")
@click.option("--from", "from_day", required=True, metavar="DAY", help="The first day, like 2026-11-01.")
@click.option("--kitchen", "kitchen_code", metavar="CODE", help="Only this kitchen; without it every one.")
def order(from_day: str, kitchen_code: str | None) -> None:
    """Order kitchens, and whom they cook for, to count portions from a day on."""
    from_on = cells.day(from_day)
    codes = [kitchen_code] if kitchen_code else [site.site_code for site in canteens.kitchens(Scope())]
    with transaction():
        new = portions.order_counts(codes, from_on, by=COMMAND, at=clock.now())
    click.echo(say(text("{count} kitchens count from {day} on.", count=new, day=from_on)))


@donations_commands.command("verify")
@click.pass_context
def verify_donations(ctx: click.Context) -> None:
    """Hold each fund against its entries, and each meal's charity part against what it was allotted.

    Exits with 1 if anything differs.
    """
    differences = service.charity_differences()
    for difference in differences:
        click.echo(say(difference))
    if differences:
        click.echo(
            say(text("{count} differences. Each must be looked into.", count=len(differences))), err=True
        )
        ctx.exit(1)
    click.echo(say(text("The funds hold what came in less what meals were given, to the fen.")))


@donations_commands.command("report")
@click.option("--year", required=True, type=click.IntRange(2000, 2999), help="The year, like 2026.")
@folder_option
@formats_option
def report_year(year: int, output: Path, wanted: str) -> None:
    """Write a year's money by fund: income, spending, meals helped and balance, as a disclosure asks."""
    chosen = service.formats(wanted)
    report = service.year_report(year, Scope())
    done = service.export_year(report, output, chosen, at=clock.now(), progress=tell_file)
    click.echo(
        say(
            text(
                "Wrote {year}: {funds} funds in {files} files to {folder}.",
                year=year,
                funds=len(report.funds),
                files=len(done),
                folder=output,
            )
        )
    )
