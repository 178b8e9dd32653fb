"""Home of the checks on who ate: after death, while away, one phone for many, from afar, staff themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from app.oversight.rules.checks.facts import Facts, MealRow, PersonRow
from app.oversight.rules.checks.seen import BOXES, CARDS, REGISTERS, VILLAGE
from app.oversight.rules.checks.vocabulary import (
    NO_BOUND,
    Answer,
    Evidence,
    EvidenceKind,
    Figures,
    Finding,
    Gap,
    Limits,
    Missing,
    Parameter,
    Severity,
    check,
)
from app.residents.rules.absence import AbsenceReason
from app.residents.rules.facts import Status, StatusChange
from app.text import text

_ELSEWHERE = frozenset({Status.INSTITUTION, Status.MOVED_AWAY})
_NOT_AT_HOME = frozenset({AbsenceReason.HOSPITAL, AbsenceReason.AWAY})


def evidence_of_meals(meals: Iterable[MealRow]) -> tuple[Evidence, ...]:
    """Give meals as evidence."""
    return tuple(Evidence(EvidenceKind.MEAL, str(meal.id), meal.served_on, meal.site_code) for meal in meals)


def usual_site(meals: Iterable[MealRow]) -> str:
    """Give the site where most of these meals were recorded."""
    counted = Counter(meal.site_code for meal in meals)
    return min(counted, key=lambda site: (-counted[site], site))


@check(
    title=text("Meals after death"),
    asks=text("Were meals recorded for somebody after the day on which they died?"),
    innocent=text("A date of death entered wrongly; a widow who uses the card of her husband."),
    source=CARDS,
    sentence=text("{meals} meals after the day of death, the first on {first}."),
    severity=Severity.HIGH,
    parameters=(
        Parameter("grace_days", text("from so many days after the death"), 1, 0, 31),
        Parameter("late_days", text("less urgent within so many days after the death"), 7, 0, 31),
    ),
)
def after_death(facts: Facts, limits: Limits) -> Answer:
    """Find people who were recorded eating after the day on which they died.

    Meals of the first days alone are less urgent: households use up a card, and dates are told late.
    """
    later = timedelta(days=limits["grace_days"])

    def spell(person: PersonRow, on: date) -> Evidence | None:
        change = _change(person, on - later)
        return _from_then_on(person, change) if change and change.status is Status.DECEASED else None

    return _on_wrong_days(facts, spell, limits["late_days"], Severity.MEDIUM)


@check(
    title=text("Meals while in hospital, in an institution or away"),
    asks=text("Were meals recorded for somebody while they were not at home?"),
    innocent=text("Came back earlier than it was written down; a relative fetches the meal."),
    source=BOXES,
    sentence=text("{meals} meals while not at home, the first on {first}."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("grace_days", text("from so many days after leaving"), 1, 0, 31),
        Parameter("late_days", text("less urgent within so many days after leaving"), 7, 0, 31),
    ),
)
def while_away(facts: Facts, limits: Limits) -> Answer:
    """Find people who were recorded eating while they were in hospital, in an institution, or away.

    Meals of the first days alone are less urgent: the day is then more likely wrong than the meals. Somebody
    who eats on, week after week, is not where the register says, or did not eat.
    """
    later = timedelta(days=limits["grace_days"])

    def spell(person: PersonRow, on: date) -> Evidence | None:
        for each in person.absences:
            if each.reason in _NOT_AT_HOME and each.from_on + later <= on and each.covers(on):
                back_on = each.back_on.isoformat() if each.back_on else ""
                return _stay(person, each.reason.value, each.from_on, back_on)
        now, before = _change(person, on), _change(person, on - later)
        is_elsewhere = now and before and {now.status, before.status} <= _ELSEWHERE
        return _from_then_on(person, now) if now and is_elsewhere else None

    return _on_wrong_days(facts, spell, limits["late_days"], Severity.LOW)


def _change(person: PersonRow, on: date) -> StatusChange | None:
    begun = [change for change in person.statuses if change.from_on <= on]
    return max(begun, key=lambda change: change.from_on) if begun else None


def _from_then_on(person: PersonRow, change: StatusChange) -> Evidence:
    return _stay(person, change.status.value, change.from_on, "")


def _stay(person: PersonRow, why: str, from_on: date, back_on: str) -> Evidence:
    """Name what the register holds of somebody who was not at home: why, since when, and until when."""
    return Evidence(EvidenceKind.STAY, f"{person.resident_no}|{why}|{back_on}", from_on)


Spell = Callable[[PersonRow, date], Evidence | None]


def _on_wrong_days(facts: Facts, spell: Spell, late_days: int, at_first: Severity) -> Answer:
    """Find people with meals on days of a spell that is told of them, and name the spells first.

    `at_first` is the severity where all these meals lie within `late_days` of the beginning of their spell.
    """
    late, findings = timedelta(days=late_days), []
    for person in facts.people.values():
        if not person.statuses and not person.absences:
            continue
        told = {meal: spell(person, meal.served_on) for meal in facts.of_person.get(person.resident_no, [])}
        wrong = {meal: why for meal, why in sorted(told.items(), key=lambda each: _by_time(each[0])) if why}
        if wrong:
            first = next(iter(wrong))
            figures: Figures = {"meals": len(wrong), "first": first.served_on.isoformat()}
            evidence = (*dict.fromkeys(wrong.values()), *evidence_of_meals(wrong))
            is_late = all(why.on and meal.served_on <= why.on + late for meal, why in wrong.items())
            severity = at_first if is_late else None
            findings.append(Finding(person.resident_no, usual_site(wrong), figures, evidence, severity))
    return Answer(tuple(findings))


def _by_time(meal: MealRow) -> tuple[object, ...]:
    return meal.served_at, meal.id


@check(
    title=text("One phone for many residents"),
    asks=text("Do more diners have the same telephone number than a household has people?"),
    innocent=text("A carer or a child who keeps the phone for several elders."),
    source=REGISTERS,
    sentence=text("{people} diners share one telephone number; they ate {meals} meals."),
    severity=Severity.MEDIUM,
    parameters=(Parameter("most", text("at most so many people share a phone"), 3, 1, 50),),
)
def shared_phone(facts: Facts, limits: Limits) -> Answer:
    """Find telephone numbers that stand for more people than a household has."""
    sharing: defaultdict[str, list[str]] = defaultdict(list)
    for person in facts.people.values():
        if person.phone_mark and person.resident_no in facts.of_person:
            sharing[person.phone_mark].append(person.resident_no)
    findings = []
    for mark, numbers in sharing.items():
        if len(numbers) > limits["most"]:
            meals = [meal for number in numbers for meal in facts.of_person[number]]
            evidence = tuple(
                Evidence(EvidenceKind.RESIDENT, number, figure=len(facts.of_person[number]))
                for number in sorted(numbers)
            )
            figures: Figures = {"people": len(numbers), "meals": len(meals)}
            findings.append(Finding(f"phone:{mark}", usual_site(meals), figures, evidence))
    return Answer(tuple(findings))


@check(
    title=text("More diners than people registered nearby"),
    asks=text("Did more different people eat here than are registered within reach?"),
    innocent=text("Residents whose door is not on the map yet; a site beside a station or a hospital."),
    source=VILLAGE,
    sentence=text("{diners} diners; within {metres} m {people} people are registered."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("metres", text("within so many metres"), 2500, 100, 50_000),
        Parameter("percent", text("above so many percent of those registered"), 100, 1, 1000),
        Parameter("least_diners", text("at least so many diners"), 10, 3, NO_BOUND),
    ),
)
def more_than_registered(facts: Facts, limits: Limits) -> Answer:
    """Find sites with more diners than registered people within reach."""
    findings, unknown = [], []
    for site_code, eaten in facts.eaten.items():
        place = facts.sites[site_code].place if site_code in facts.sites else None
        if place is None:
            unknown.append(site_code)
            continue
        if len(eaten) < limits["least_diners"]:
            continue
        near = sum(each.people for each in facts.doors if place.metres_to(each.place) <= limits["metres"])
        if 100 * len(eaten) > limits["percent"] * near:
            figures: Figures = {"diners": len(eaten), "people": near, "metres": limits["metres"]}
            findings.append(Finding(site_code, site_code, figures, _most(eaten, site_code)))
    return Answer(tuple(findings), (Gap(Missing.PLACE, tuple(sorted(unknown))),) if unknown else ())


@check(
    title=text("Diners who live too far away"),
    asks=text("Does a large part of the diners live too far away to come for a meal?"),
    innocent=text("Homes that moved and kept their canteen; doors placed wrongly on the map."),
    source=BOXES,
    sentence=text("{far} of {of} diners live farther than {metres} m."),
    severity=Severity.MEDIUM,
    parameters=(
        Parameter("metres", text("farther than so many metres"), 5000, 500, 100_000),
        Parameter("percent", text("at least so many percent of the diners"), 25, 5, 100),
        Parameter("least_diners", text("at least so many diners"), 10, 3, NO_BOUND),
    ),
)
def from_afar(facts: Facts, limits: Limits) -> Answer:
    """Find sites many of whose diners live too far away to come for a meal."""
    findings = []
    for site_code, eaten in facts.eaten.items():
        site = facts.sites.get(site_code)
        if site is None or site.place is None:
            continue
        homes = {number: facts.people[number].place for number in eaten if number in facts.people}
        known = {number: home for number, home in homes.items() if home is not None}
        far = Counter(
            {
                number: eaten[number]
                for number, home in known.items()
                if site.place.metres_to(home) > limits["metres"]
            }
        )
        if len(known) >= limits["least_diners"] and 100 * len(far) >= limits["percent"] * len(known):
            figures: Figures = {"far": len(far), "of": len(known), "metres": limits["metres"]}
            findings.append(Finding(site_code, site_code, figures, _most(far, site_code)))
    return Answer(tuple(findings))


def _most(eaten: Counter[str], site_code: str) -> tuple[Evidence, ...]:
    ordered = sorted(eaten.items(), key=lambda each: (-each[1], each[0]))[:40]
    return tuple(
        Evidence(EvidenceKind.RESIDENT, number, site_code=site_code, figure=meals)
        for number, meals in ordered
    )


@check(
    title=text("Staff who record themselves"),
    asks=text("Did somebody record meals of a resident of their own name?"),
    innocent=text("Two people of one name, which is common; staff over 60 who are entitled to eat."),
    source=REGISTERS,
    sentence=text("{meals} meals of a resident whose name is that of who recorded them."),
    severity=Severity.LOW,
    parameters=(Parameter("least_meals", text("at least so many meals"), 3, 1, 93),),
)
def staff_eating(facts: Facts, limits: Limits) -> Answer:
    """Find meals of a resident that somebody of the same name recorded: a question, and no proof."""
    named = {user.user_no: user.name for user in facts.users}
    own: defaultdict[tuple[str, str], list[MealRow]] = defaultdict(list)
    for meal in facts.standing:
        name = named.get(meal.recorded_by)
        person = facts.people.get(meal.resident_no) if name else None
        if person is not None and person.name == name:
            own[meal.recorded_by, meal.resident_no].append(meal)
    findings = []
    for (user_no, resident_no), meals in own.items():
        if len(meals) >= limits["least_meals"]:
            who = Evidence(EvidenceKind.USER, user_no)
            subject, site = f"{resident_no}:{user_no}", usual_site(meals)
            evidence = (who, *evidence_of_meals(meals))
            findings.append(Finding(subject, site, {"meals": len(meals)}, evidence))
    return Answer(tuple(findings))
