"""Home of the list of meals as papers and workbooks show it: each line with its person, in Chinese.

Papers are official forms, so their words are Chinese whatever language the reader's pages are in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import force_locale

from app.canteens.rules import Sitting
from app.errors import Conflict
from app.meals.rules import Channel, FoundBy
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts
from app.residents.rules.identity import masked_identity
from app.settlement import queries
from app.settlement.models import Statement
from app.settlement.queries import Diner, TakenDown
from app.settlement.rules.canonical import statement_hash
from app.settlement.rules.lines import Line
from app.settlement.rules.statement import Tally
from app.subsidy.rules import Reason
from app.text import text
from app.web.language import say

UNKNOWN = "（未登记）"
_GRADES = {
    "1": "一级",
    "2": "二级",
    "3": "三级",
    "4": "四级",
    "light": "轻度",
    "moderate": "中度",
    "severe": "重度",
    "total": "完全",
}


class ListedLine(NamedTuple):
    """One line of the list of meals (就餐明细表), its words ready to be shown; `age` is that of the day."""

    place: int
    line: Line
    sitting: str
    channel: str
    name: str
    identity: str
    age: int | None
    registered: str
    community: str
    categories: str
    found_by: str
    recorded_by: str
    reason: str
    note: str


@contextmanager
def in_chinese() -> Iterator[None]:
    """Say everything inside in Chinese."""
    with force_locale("zh_Hans_CN"):
        yield


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A statement's lines in the order of the printed list, the hash over them, and what they come to.

    The `tally` has also what the statement corrects and takes back.
    """

    statement: Statement
    lines: list[Line]
    hash: str
    tally: Tally


def on_paper(statement: Statement) -> OnPaper:
    """Give a statement's lines and their hash: a draft's are those of its meals as they stand.

    Raises: Conflict when a draft's meals have changed since, for then its sums would not be theirs.
    """
    lines = list(queries.lines_held(statement))
    found = statement_hash(
        lines,
        [each.facts for each in statement.adjustments],
        recoveries=[each.facts for each in statement.recoveries],
        statement_no=statement.statement_no,
        site_code=statement.site_code,
        month=statement.period,
    )
    tally = Tally.of(lines)
    statement.settle(tally)
    if found != statement.hash and (statement.stage.is_frozen or not statement.says(tally)):
        raise Conflict(
            text(
                "The meals of statement {number} have changed since it was drafted. Draft {month} again, "
                "then ask for the files.",
                number=statement.statement_no,
                month=statement.period,
            )
        )
    return OnPaper(statement, sorted(lines, key=lambda line: line.place), found, tally)


def hash_of(statement: Statement) -> str:
    """Give the hash that a statement was handed in with; of a draft, the one that its lines have now.

    Raises: Conflict, as `on_paper` does.
    """
    return statement.hash or on_paper(statement).hash


@dataclass(frozen=True, slots=True)
class Listing:
    """A statement's list of meals: what is on its paper, whoever ate, and each line with its person."""

    paper: OnPaper
    diners: Mapping[str, Diner]
    lines: list[ListedLine]

    @property
    def statement(self) -> Statement:
        """Give the statement that it is the list of."""
        return self.paper.statement


def listing_of(statement: Statement) -> Listing:
    """Give a statement's list of meals, read from the ledger once.

    Raises: Conflict, as `on_paper` does.
    """
    paper = on_paper(statement)
    diners = diners_on(paper)
    taken = queries.taken_down(statement.site_code, statement.period)
    with in_chinese():
        words = _Words()
        persons = {number: _Person.of(diner) for number, diner in diners.items()}
        lines = [
            _listed(place, line, persons.get(line.resident_no, _NOBODY), taken[line.meal_id], words=words)
            for place, line in enumerate(paper.lines, start=1)
        ]
    return Listing(paper, diners, lines)


def diners_on(paper: OnPaper) -> dict[str, Diner]:
    """Give what papers show of those whose meals stand on one, by number."""
    return queries.diners_of({line.resident_no for line in paper.lines})


class _Person(NamedTuple):
    """What is the same on every line of one resident; `facts` None: nothing is known of them."""

    name: str
    identity: str
    registered: str
    community: str
    facts: ResidentFacts | None

    @classmethod
    def of(cls, diner: Diner) -> _Person:
        number = diner.identity_number
        identity = masked_identity(number) if number else ""
        return cls(diner.name, identity, diner.registered, diner.community, diner.facts)


_NOBODY = _Person(UNKNOWN, "", "", "", None)


class _Words:
    """What the words of a list say in Chinese, put so once for the whole list."""

    def __init__(self) -> None:
        self.sitting = {each: say(each.label) for each in Sitting}
        self.channel = {each: say(each.label) for each in Channel}
        self.found_by = {each: say(each.label) for each in FoundBy}
        self.category = {each: say(each.label) for each in Category}
        # A sentence at the counter, an entry in the list.
        self.reason = {each: say(each.label).removesuffix("。") for each in Reason}


def _listed(place: int, line: Line, person: _Person, taken: TakenDown, *, words: _Words) -> ListedLine:
    facts = person.facts
    held = facts.categories_on(line.served_on) if facts else ()
    return ListedLine(
        place=place,
        line=line,
        sitting=words.sitting[line.sitting],
        channel=words.channel[line.channel],
        name=person.name,
        identity=person.identity,
        age=facts.age_on(line.served_on) if facts else None,
        registered=person.registered,
        community=person.community,
        categories="、".join(_category(period, words) for period in sorted(held, key=_category_order)),
        found_by=words.found_by[taken.found_by] if taken.found_by else "",
        recorded_by=taken.recorded_by,
        reason=words.reason[line.reason],
        note=_note(taken),
    )


def _note(taken: TakenDown) -> str:
    """Say what an auditor asks about a meal: why it was undone, and from which paper it was keyed."""
    undone = f"冲正：{taken.undone_because}" if taken.undone_because else ""
    keyed = f"补录 {taken.sheet_no}" if taken.sheet_no else ""
    return "；".join(filter(None, (undone, keyed)))


def _category(period: CategoryPeriod, words: _Words) -> str:
    grade = _GRADES.get(period.grade, period.grade) if period.grade else ""
    return words.category[period.category] + (f"（{grade}）" if grade else "")


def _category_order(period: CategoryPeriod) -> int:
    return _CATEGORY_ORDER[period.category]


_CATEGORY_ORDER = {category: place for place, category in enumerate(Category)}
