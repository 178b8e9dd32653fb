"""Home of what the district watches on each tablet: its state, and what wants a person's look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app import clock
from app.canteens.rules import SiteFacts
from app.text import Text, text

SKEW_AT_MOST = 120
"""By how many seconds a tablet's clock may differ before it is shown as wrong."""

_SILENT_AFTER = timedelta(days=1)
_UNSENT_FOR = timedelta(hours=4)
"""How long a meal may wait on a tablet before somebody should look: a sitting without a network."""


class State(StrEnum):
    """Where a tablet is on its way: a code was made, it is in use, it was revoked, it has wiped itself."""

    PREPARED = "prepared"
    ENROLLED = "enrolled"
    REVOKED = "revoked"
    WIPED = "wiped"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return _STATES[self]


_STATES = {
    State.PREPARED: text("to be enrolled"),
    State.ENROLLED: text("in use"),
    State.REVOKED: text("revoked, not wiped yet"),
    State.WIPED: text("revoked and wiped"),
}


class Worry(StrEnum):
    """What wants a look, the most pressing first."""

    SILENT = "silent"
    MISSING = "missing"
    UNSENT = "unsent"
    LEFT_BEHIND = "left_behind"
    CLOCK = "clock"
    POLICY = "policy"
    VERSION = "version"
    STORAGE = "storage"

    @property
    def advice(self) -> Text:
        """Say what it means, and what to do."""
        return _ADVICE[self]


_ADVICE = {
    Worry.SILENT: text(
        "Not heard of for more than a day while the site is open. Is it switched on, and has it a network?"
    ),
    Worry.MISSING: text(
        "It gave numbers to records that never came here. Press “Send now” on it, or save its queue to a "
        "file and load that here."
    ),
    Worry.UNSENT: text("Meals have been waiting on it for hours. Connect it to a network and let it send."),
    Worry.LEFT_BEHIND: text(
        "It was revoked with meals on it that were never sent. Save its queue to a file and load that here."
    ),
    Worry.CLOCK: text("Its clock is wrong. Set date and time on the tablet to “automatic”."),
    Worry.POLICY: text("It decides by an older policy. It learns the new one as soon as it has a network."),
    Worry.VERSION: text(
        "It runs another version than is served now. Close the till on it and open it again."
    ),
    Worry.STORAGE: text(
        "The browser may clear its storage when space is short. Put the till on the home screen and open it "
        "there."
    ),
}


@dataclass(frozen=True, slots=True)
class TabletFacts:
    """What is known of a tablet: its own words of when it was last seen, and what came of it."""

    enrolled_at: datetime | None = None
    revoked_at: datetime | None = None
    wiped_at: datetime | None = None
    last_seen_at: datetime | None = None
    unsent: int | None = None
    oldest_unsent_at: datetime | None = None
    received: int = 0
    last_seq: int = 0
    version: str = ""
    skew_seconds: int | None = None
    is_persisted: bool | None = None
    policy_reference: str = ""

    @property
    def state(self) -> State:
        """Give where it is on its way."""
        if self.revoked_at is not None:
            return State.REVOKED if self.wiped_at is None else State.WIPED
        return State.PREPARED if self.enrolled_at is None else State.ENROLLED

    @property
    def missing(self) -> int:
        """Give how many numbers it gave to records that never came."""
        return max(0, self.last_seq - self.received)

    @property
    def is_clock_wrong(self) -> bool:
        """Tell whether its clock differs too much."""
        return self.skew_seconds is not None and abs(self.skew_seconds) > SKEW_AT_MOST


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tablet ought to be like now: the version that is served, the newest policy in force there."""

    at: datetime
    site: SiteFacts
    version: str
    policy_reference: str


def worries(tablet: TabletFacts, ground: Ground) -> tuple[Worry, ...]:
    """Give what wants a look, the most pressing first; of a revoked tablet only what it may have kept."""
    if tablet.state is State.PREPARED:
        return ()
    if tablet.state is not State.ENROLLED:
        left = (Worry.MISSING, tablet.missing > 0), (Worry.LEFT_BEHIND, bool(tablet.unsent))
        return tuple(worry for worry, holds in left if holds)
    looked_at = {
        Worry.SILENT: is_silent(tablet, ground),
        Worry.MISSING: tablet.missing > 0,
        Worry.UNSENT: _has_waited(tablet, ground.at),
        Worry.CLOCK: tablet.is_clock_wrong,
        Worry.POLICY: _differs(tablet.policy_reference, ground.policy_reference),
        Worry.VERSION: _differs(tablet.version, ground.version),
        Worry.STORAGE: tablet.is_persisted is False,
    }
    return tuple(worry for worry in Worry if looked_at.get(worry))


def is_silent(tablet: TabletFacts, ground: Ground) -> bool:
    """Tell whether nothing was heard for more than a day, and the site was open on a day since."""
    heard_at = tablet.last_seen_at or tablet.enrolled_at
    if heard_at is None or ground.at - heard_at <= _SILENT_AFTER:
        return False
    return _was_open_after(ground.site, clock.on(heard_at), clock.on(ground.at))


def _was_open_after(site: SiteFacts, heard_on: date, today: date) -> bool:
    first = max(heard_on + timedelta(days=1), site.opened_on)
    return first <= today and (site.closed_on is None or first < site.closed_on)


def _has_waited(tablet: TabletFacts, at: datetime) -> bool:
    return tablet.oldest_unsent_at is not None and at - tablet.oldest_unsent_at > _UNSENT_FOR


def _differs(reported: str, wanted: str) -> bool:
    """Tell whether a tablet said something else; one that said nothing yet is not to blame."""
    return bool(reported) and reported != wanted


def since(at: datetime | None, now: datetime) -> Text:
    """Say how long ago something was.

    >>> from datetime import UTC
    >>> str(since(datetime(2026, 3, 2, 4, 0, tzinfo=UTC), datetime(2026, 3, 2, 4, 3, 20, tzinfo=UTC)))
    '3 min ago'
    """
    if at is None:
        return text("never")
    minutes = round((now - at).total_seconds()) // 60
    if minutes < 1:
        return text("just now")
    if minutes < 60:  # noqa: PLR2004 - an hour
        return text("{count} min ago", count=minutes)
    if minutes < 60 * 24:
        return text("{count} h ago", count=minutes // 60)
    return text("{count} d ago", count=minutes // (60 * 24))


def lasting(seconds: int) -> Text:
    """Say how long something is, roughly.

    >>> str(lasting(45)), str(lasting(4000))
    ('45 s', '67 min')
    """
    if seconds < 120:  # noqa: PLR2004 - what is said in seconds
        return text("{count} s", count=seconds)
    if seconds < 120 * 60:
        return text("{count} min", count=round(seconds / 60))
    return text("{count} h", count=round(seconds / 3600))
