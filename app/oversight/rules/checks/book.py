"""Home of the book of checks: every question that a month is asked, with its words and its parameters."""

from __future__ import annotations

from app.errors import NotFound
from app.oversight.rules.checks.counts import (
    all_the_same,
    beyond_peers,
    beyond_seats,
    flat_counts,
    no_rest_day_dip,
)
from app.oversight.rules.checks.kitchens import beyond_portions, purchases_per_cover
from app.oversight.rules.checks.offices import calls_contradict, conflicting_roles, own_work_reviewed
from app.oversight.rules.checks.people import (
    after_death,
    from_afar,
    more_than_registered,
    shared_phone,
    staff_eating,
    while_away,
)
from app.oversight.rules.checks.places import kitchen_and_point, two_far_sites
from app.oversight.rules.checks.rides import impossible_trip, rider_at_two_places, without_proof
from app.oversight.rules.checks.till import (
    bursts,
    by_hand,
    late_in_bulk,
    outside_hours,
    undone_before_close,
)
from app.oversight.rules.checks.vocabulary import Check, Parameter, Severity
from app.text import text

_MOST = 1_000_000
_VILLAGE = text(
    "A village canteen wrote down 20 to 30 diners every day, weekends too, and had seven: 59,300 yuan."
)
_BOXES = text(
    "Twelve boxes a day were charged and four were real; 61 days were claimed where peers claim 35."
)
_VOLUNTEERS = text("Relatives were written down as volunteers, and shops delivered.")
_CARDS = text("Elder cards were swiped after their holders had died, and many within seconds.")
_CLAIMED = text("A canteen and its service point both claimed the same meals.")
_SUPERVISOR = text("A supervisor also held a worker's account.")
_REGISTERS = text("Seen in audits of registers that were filled in afterwards.")

_COUNTS = (
    Check(
        name="flat_counts",
        title=text("As many diners every day"),
        asks=text("Is the number of diners of a sitting nearly the same on every day of the month?"),
        innocent=text("A closed group that always comes together, such as a day-care group."),
        source=_VILLAGE,
        sentence=text("On {days} days between {least} and {most} diners at {sitting}: hardly any change."),
        severity=Severity.HIGH,
        look=flat_counts,
        parameters=(
            Parameter("percent", text("variance below so many percent of the mean"), 20, 1, 100),
            Parameter("least_days", text("at least so many days with meals"), 15, 5, 31),
            Parameter("least_mean", text("at least so many diners a day on average"), 8, 2, _MOST),
        ),
    ),
    Check(
        name="no_rest_day_dip",
        title=text("No fewer on weekends and holidays"),
        asks=text("Do as many come on weekends and holidays as on workdays, though fewer do elsewhere?"),
        innocent=text("A church, a market or a class that brings people on weekends."),
        source=_VILLAGE,
        sentence=text(
            "On {days} rest days {share}% as many diners as on workdays; {usual}% is usual in the district."
        ),
        severity=Severity.MEDIUM,
        look=no_rest_day_dip,
        parameters=(
            Parameter("percent", text("at least so many percent above what is usual"), 15, 1, 200),
            Parameter("sigmas", text("at least so many standard deviations beyond chance"), 4, 1, 20),
            Parameter("least_mean", text("at least so many diners a workday"), 8, 2, _MOST),
        ),
    ),
    Check(
        name="beyond_peers",
        title=text("Diners come far more often than elsewhere"),
        asks=text("Did each diner eat far more meals here than at other sites of the same kind?"),
        innocent=text("A site beside homes for the elderly, or the only one that serves three meals."),
        source=_BOXES,
        sentence=text("{diners} diners ate {each} meals each; {usual} are usual at such sites."),
        severity=Severity.MEDIUM,
        look=beyond_peers,
        parameters=(
            Parameter("percent", text("at least so many percent above the median"), 60, 5, 500),
            Parameter("sigmas", text("at least so many spreads above the median"), 4, 1, 20),
            Parameter("least_diners", text("at least so many diners"), 10, 3, _MOST),
        ),
    ),
    Check(
        name="all_the_same",
        title=text("Everyone ate exactly as many meals"),
        asks=text("Did most diners of a site eat exactly the same number of meals in the month?"),
        innocent=text("A group that eats by subscription on fixed days."),
        source=_REGISTERS,
        sentence=text("{diners} of {of} diners ate exactly {meals} meals."),
        severity=Severity.HIGH,
        look=all_the_same,
        parameters=(
            Parameter("percent", text("at least so many percent of the diners"), 50, 10, 100),
            Parameter("least_diners", text("at least so many diners"), 10, 3, _MOST),
            Parameter("least_meals", text("at least so many meals each"), 8, 2, 93),
        ),
    ),
    Check(
        name="beyond_seats",
        title=text("More diners than the seats hold"),
        asks=text("Did more people eat inside at a sitting than its seats hold, filled again and again?"),
        innocent=text("Take-away that was recorded as eaten inside; seats entered too low."),
        source=_REGISTERS,
        sentence=text("At {sittings} sittings up to {most} diners inside, with {seats} seats."),
        severity=Severity.MEDIUM,
        look=beyond_seats,
        parameters=(
            Parameter("turns", text("each seat is filled at most so many times at a sitting"), 3, 1, 10),
            Parameter("least_sittings", text("at least so many sittings"), 2, 1, 93),
        ),
    ),
)
_PEOPLE = (
    Check(
        name="after_death",
        title=text("Meals after death"),
        asks=text("Were meals recorded for somebody after the day on which they died?"),
        innocent=text("A date of death entered wrongly; a widow who uses the card of her husband."),
        source=_CARDS,
        sentence=text("{meals} meals after the day of death, the first on {first}."),
        severity=Severity.HIGH,
        look=after_death,
        parameters=(Parameter("grace_days", text("from so many days after the death"), 1, 0, 31),),
    ),
    Check(
        name="while_away",
        title=text("Meals while in hospital, in an institution or away"),
        asks=text("Were meals recorded for somebody while they were not at home?"),
        innocent=text("Came back earlier than it was written down; a relative fetches the meal."),
        source=_BOXES,
        sentence=text("{meals} meals while not at home, the first on {first}."),
        severity=Severity.MEDIUM,
        look=while_away,
        parameters=(Parameter("grace_days", text("from so many days after leaving"), 1, 0, 31),),
    ),
    Check(
        name="shared_phone",
        title=text("One phone for many residents"),
        asks=text("Do more diners have the same telephone number than a household has people?"),
        innocent=text("A carer or a child who keeps the phone for several elders."),
        source=_REGISTERS,
        sentence=text("{people} diners share one telephone number; they ate {meals} meals."),
        severity=Severity.MEDIUM,
        look=shared_phone,
        parameters=(Parameter("most", text("at most so many people share a phone"), 3, 1, 50),),
    ),
    Check(
        name="more_than_registered",
        title=text("More diners than people registered nearby"),
        asks=text("Did more different people eat here than are registered within reach?"),
        innocent=text("Residents whose door is not on the map yet; a site beside a station or a hospital."),
        source=_VILLAGE,
        sentence=text("{diners} diners; within {metres} m {people} people are registered."),
        severity=Severity.MEDIUM,
        look=more_than_registered,
        parameters=(
            Parameter("metres", text("within so many metres"), 2500, 100, 50_000),
            Parameter("percent", text("above so many percent of those registered"), 100, 1, 1000),
            Parameter("least_diners", text("at least so many diners"), 10, 3, _MOST),
        ),
    ),
    Check(
        name="from_afar",
        title=text("Diners who live too far away"),
        asks=text("Does a large part of the diners live too far away to come for a meal?"),
        innocent=text("Homes that moved and kept their canteen; doors placed wrongly on the map."),
        source=_BOXES,
        sentence=text("{far} of {of} diners live farther than {metres} m."),
        severity=Severity.MEDIUM,
        look=from_afar,
        parameters=(
            Parameter("metres", text("farther than so many metres"), 5000, 500, 100_000),
            Parameter("percent", text("at least so many percent of the diners"), 25, 5, 100),
            Parameter("least_diners", text("at least so many diners"), 10, 3, _MOST),
        ),
    ),
    Check(
        name="staff_eating",
        title=text("Staff who record themselves"),
        asks=text("Did somebody record meals of a resident of their own name?"),
        innocent=text("Two people of one name, which is common; staff over 60 who are entitled to eat."),
        source=_REGISTERS,
        sentence=text("{meals} meals of a resident whose name is that of who recorded them."),
        severity=Severity.LOW,
        look=staff_eating,
        parameters=(Parameter("least_meals", text("at least so many meals"), 3, 1, 93),),
    ),
)
_TILL = (
    Check(
        name="bursts",
        title=text("Recorded faster than people walk by"),
        asks=text("Did one tablet record many diners in a row, each within seconds of the last?"),
        innocent=text("A queue that was noted on paper and typed in afterwards."),
        source=_CARDS,
        sentence=text(
            "{meals} meals on {days} days were recorded in long rows, faster than one in {seconds} seconds."
        ),
        severity=Severity.HIGH,
        look=bursts,
        parameters=(
            Parameter("seconds", text("faster than one in so many seconds"), 8, 1, 60),
            Parameter("in_a_row", text("so many in a row"), 10, 3, 1000),
        ),
    ),
    Check(
        name="outside_hours",
        title=text("Recorded outside serving hours"),
        asks=text("Were meals recorded at the counter when nobody serves that sitting?"),
        innocent=text("A tablet whose clock is wrong; a feast served later."),
        source=_REGISTERS,
        sentence=text("{meals} meals were recorded outside serving hours."),
        severity=Severity.LOW,
        look=outside_hours,
        parameters=(
            Parameter("breakfast_from", text("breakfast from (630 is 6:30)"), 600, 0, 2359),
            Parameter("breakfast_until", text("breakfast until"), 930, 0, 2359),
            Parameter("lunch_from", text("lunch from"), 1030, 0, 2359),
            Parameter("lunch_until", text("lunch until"), 1400, 0, 2359),
            Parameter("dinner_from", text("dinner from"), 1600, 0, 2359),
            Parameter("dinner_until", text("dinner until"), 1930, 0, 2359),
            Parameter("least_meals", text("at least so many meals"), 10, 1, _MOST),
        ),
    ),
    Check(
        name="late_in_bulk",
        title=text("Entered late in bulk by one login"),
        asks=text("Did one login enter many meals in one go, long after they were eaten?"),
        innocent=text("A power cut, after which the paper sheets were keyed back."),
        source=_REGISTERS,
        sentence=text("{meals} meals were entered in one go by {user}, {hours} hours or more afterwards."),
        severity=Severity.MEDIUM,
        look=late_in_bulk,
        parameters=(
            Parameter("hours", text("at least so many hours after the meal"), 24, 1, 720),
            Parameter("least_meals", text("at least so many meals in one go"), 15, 2, _MOST),
        ),
    ),
    Check(
        name="by_hand",
        title=text("Looked up by hand too often"),
        asks=text("Were most diners of a tablet searched or typed, and not scanned or touched?"),
        innocent=text("A new site where few have their card yet; a broken camera."),
        source=_CARDS,
        sentence=text("{typed} of {of} diners were searched or typed by hand."),
        severity=Severity.LOW,
        look=by_hand,
        parameters=(
            Parameter("percent", text("at least so many percent of the diners"), 60, 5, 100),
            Parameter("least_meals", text("at least so many meals"), 30, 5, _MOST),
        ),
    ),
    Check(
        name="undone_before_close",
        title=text("Reversals just before the month closes"),
        asks=text("Were far more meals reversed at the month's end than before?"),
        innocent=text("Mistakes that were gathered and put right before the statement."),
        source=_REGISTERS,
        sentence=text("{late} reversals in the last {days} days or later, {before} in all the days before."),
        severity=Severity.MEDIUM,
        look=undone_before_close,
        parameters=(
            Parameter("days", text("in the last so many days of the month, or after it"), 3, 1, 15),
            Parameter("least", text("at least so many reversals"), 8, 1, _MOST),
            Parameter("times", text("more than so many times as often as before"), 4, 1, 100),
        ),
    ),
)
_PLACES = (
    Check(
        name="two_far_sites",
        title=text("Two far sites at one sitting"),
        asks=text("Was one person recorded at one sitting at two sites far from each other?"),
        innocent=text("A card lent to a relative; the wrong person of one name was touched."),
        source=_BOXES,
        sentence=text("{meals} meals at sites up to {metres} m from each other, at the same sittings."),
        severity=Severity.HIGH,
        look=two_far_sites,
        parameters=(Parameter("metres", text("at least so many metres apart"), 3000, 100, 100_000),),
    ),
    Check(
        name="kitchen_and_point",
        title=text("A kitchen and its point claim one meal"),
        asks=text("Did a kitchen and a point that it cooks for record the same people at one sitting?"),
        innocent=text("Somebody who fetched a second meal at full price."),
        source=_CLAIMED,
        sentence=text("{times} times the kitchen {kitchen} recorded somebody who ate at its point too."),
        severity=Severity.MEDIUM,
        look=kitchen_and_point,
        parameters=(
            Parameter("least", text("at least so many times"), 5, 1, _MOST),
            Parameter("percent", text("at least so many percent of the point's meals"), 3, 0, 100),
        ),
    ),
)
_RIDES = (
    Check(
        name="rider_at_two_places",
        title=text("A rider at two places"),
        asks=text("Did one rider hand over on two runs at doors apart, at nearly the same time?"),
        innocent=text("Two volunteers who use one phone."),
        source=_VOLUNTEERS,
        sentence=text(
            "Rider {rider}: {times} times at two places at once, such as {metres} m within {seconds} s."
        ),
        severity=Severity.HIGH,
        look=rider_at_two_places,
        parameters=(
            Parameter("minutes", text("within so many minutes"), 2, 1, 60),
            Parameter("metres", text("at least so many metres apart"), 1000, 50, 50_000),
        ),
    ),
    Check(
        name="impossible_trip",
        title=text("Trips too quick to be true"),
        asks=text("Did a rider go from door to door faster than an e-bike goes?"),
        innocent=text("Hand-overs that were reported together at the end, or doors placed wrongly."),
        source=_VOLUNTEERS,
        sentence=text("Rider {rider}: {times} trips too quick, such as {metres} m within {seconds} s."),
        severity=Severity.MEDIUM,
        look=impossible_trip,
        parameters=(
            Parameter("kmh", text("faster than so many km/h as the crow flies"), 30, 10, 120),
            Parameter("metres", text("at least so many metres apart"), 400, 50, 50_000),
        ),
    ),
    Check(
        name="without_proof",
        title=text("Delivered without proof"),
        asks=text("Were delivered meals claimed of which no report says that they were handed over?"),
        innocent=text("A rider's paper that was never keyed back."),
        source=_VOLUNTEERS,
        sentence=text("{meals} delivered meals on planned days without any report of a hand-over."),
        severity=Severity.MEDIUM,
        look=without_proof,
        parameters=(Parameter("least", text("at least so many meals"), 5, 1, _MOST),),
    ),
)
_KITCHENS = (
    Check(
        name="beyond_portions",
        title=text("More meals than portions"),
        asks=text("Were more meals recorded than portions cooked or sent, and nobody explained it?"),
        innocent=text("Portions that were miscounted; meals cooked afterwards and not counted."),
        source=_CLAIMED,
        sentence=text("{meals} meals more than portions at {sittings} sittings, unexplained."),
        severity=Severity.HIGH,
        look=beyond_portions,
        parameters=(Parameter("least", text("at least so many meals"), 10, 1, _MOST),),
    ),
    Check(
        name="purchases_per_cover",
        title=text("Food bought does not fit the covers"),
        asks=text("Did a kitchen buy far more or far less food than its covers need?"),
        innocent=text("Stocks for a feast or the next month; food given as a donation."),
        source=text("Ten diners had eaten 20 kg of meat."),
        sentence=text(
            "{food}: {grams} g for each of {covers} covers; between {least} and {most} g are expected."
        ),
        severity=Severity.MEDIUM,
        look=purchases_per_cover,
        parameters=(
            Parameter("meat_least", text("meat: at least so many grams a cover"), 40, 0, 5000),
            Parameter("meat_most", text("meat: at most so many grams a cover"), 250, 1, 5000),
            Parameter("rice_least", text("rice: at least so many grams a cover"), 50, 0, 5000),
            Parameter("rice_most", text("rice: at most so many grams a cover"), 250, 1, 5000),
            Parameter("vegetables_least", text("vegetables: at least so many grams a cover"), 80, 0, 5000),
            Parameter("vegetables_most", text("vegetables: at most so many grams a cover"), 500, 1, 5000),
            Parameter("least_covers", text("at least so many covers"), 100, 1, _MOST),
        ),
    ),
)
_OFFICES = (
    Check(
        name="conflicting_roles",
        title=text("Roles that check each other"),
        asks=text("Does somebody hold roles of which one checks the other?"),
        innocent=text("Roles of before such roles were refused."),
        source=_SUPERVISOR,
        sentence=text("User {user} holds roles that check each other."),
        severity=Severity.HIGH,
        look=conflicting_roles,
    ),
    Check(
        name="own_work_reviewed",
        title=text("Own records reviewed by oneself"),
        asks=text("Did somebody who recorded meals of a site also take a step with its statement?"),
        innocent=text("Somebody who stood in for a day at the counter."),
        source=_SUPERVISOR,
        sentence=text("{user} recorded {meals} meals and took a step with the statement over them."),
        severity=Severity.HIGH,
        look=own_work_reviewed,
        parameters=(Parameter("least", text("at least so many meals"), 1, 1, _MOST),),
    ),
    Check(
        name="calls_contradict",
        title=text("Called residents say otherwise"),
        asks=text("Did a resident of the month's random sample say that they did not eat what was recorded?"),
        innocent=text("Forgetting; a relative who answered the phone."),
        source=_BOXES,
        sentence=text("{meals} meals were recorded; on the telephone: {answer}."),
        severity=Severity.HIGH,
        look=calls_contradict,
    ),
)

CHECKS: tuple[Check, ...] = (*_COUNTS, *_PEOPLE, *_TILL, *_PLACES, *_RIDES, *_KITCHENS, *_OFFICES)
"""Every check, in the order in which pages list them."""

_BY_NAME = {check.name: check for check in CHECKS}


def check_named(name: str) -> Check:
    """Give a check by its name.

    Raises: NotFound.
    """
    if name not in _BY_NAME:
        raise NotFound(text("There is no check {name}.", name=name))
    return _BY_NAME[name]
