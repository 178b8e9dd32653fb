"""Home of handing out a year of awards: CSV for other systems, a workbook for finance, papers to seal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from app.awards.models import Award
from app.awards.service.books import year_sheets
from app.awards.service.csv_files import write_awards, write_instalments, write_steps
from app.awards.service.listing import WantedAwards
from app.awards.service.papers import award_paper, year_paper
from app.paper import printed
from app.settlement.service import Format
from app.settlement.service.export import whole_file
from app.workbook import write_workbook

_File = tuple[str, Callable[[IO[bytes]], object]]


def export_year(
    wanted: WantedAwards,
    folder: Path,
    chosen: Sequence[Format],
    *,
    at: datetime,
    progress: Callable[[Path], None],
) -> list[Path]:
    """Write a year's files into a folder; a file is there whole or not at all. Tell each when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Path] = []
    for name, write in _files(wanted, chosen, at):
        with whole_file(folder / name) as target:
            write(target)
        done.append(folder / name)
        progress(folder / name)
    return done


def _files(wanted: WantedAwards, chosen: Sequence[Format], at: datetime) -> Iterator[_File]:
    year = wanted.year.number
    if Format.CSV in chosen:
        yield "awards.csv", lambda target: write_awards(target, wanted)
        yield "award_steps.csv", lambda target: write_steps(target, wanted)
        yield "award_instalments.csv", lambda target: write_instalments(target, wanted)
    if Format.XLSX in chosen:
        yield f"awards-{year}.xlsx", lambda target: awards_workbook(wanted, target)
    if Format.PDF in chosen:
        yield f"awards-{year}.pdf", lambda target: target.write(year_pdf(wanted, at=at))
        for each in wanted.awards:
            yield f"{each.award.award_no}.pdf", _printing(each.award, at)


def _printing(award: Award, at: datetime) -> Callable[[IO[bytes]], object]:
    return lambda target: target.write(award_pdf(award, at=at))


def awards_workbook(wanted: WantedAwards, target: IO[bytes]) -> None:
    """Write the year's workbook."""
    write_workbook(target, year_sheets(wanted))


def year_pdf(wanted: WantedAwards, *, at: datetime) -> bytes:
    """Print the year's list (运营补贴核定表)."""
    return printed("awards/year.typ", year_paper(wanted, at=at), at=at)


def award_pdf(award: Award, *, at: datetime) -> bytes:
    """Print one award with its inputs, steps and instalments."""
    return printed("awards/award.typ", award_paper(award, at=at), at=at)
