"""Home of the ledger's words: how a meal is eaten, paid for, and who was found by what."""

from __future__ import annotations

from enum import StrEnum

from app.text import Text, text


class Channel(StrEnum):
    """How a meal reaches the resident (就餐方式)."""

    DINE_IN = "dine_in"
    TAKE_AWAY = "take_away"
    DELIVERED = "delivered"

    @property
    def label(self) -> Text:
        """Give the channel's name for a screen."""
        return {
            Channel.DINE_IN: text("dine-in"),
            Channel.TAKE_AWAY: text("take-away"),
            Channel.DELIVERED: text("delivered"),
        }[self]


class Payment(StrEnum):
    """How the resident's part was paid, as the till noted it."""

    CASH = "cash"
    PHONE = "phone"
    CARD = "card"
    ACCOUNT = "account"

    @property
    def label(self) -> Text:
        """Give the way of paying for a screen."""
        return {
            Payment.CASH: text("cash"),
            Payment.PHONE: text("by phone"),
            Payment.CARD: text("by card"),
            Payment.ACCOUNT: text("on account"),
        }[self]


class FoundBy(StrEnum):
    """How the till came to know who was eating: a share of manual look-ups out of line is a question."""

    FACE = "face"
    SEARCH = "search"
    SCAN = "scan"
    TYPED = "typed"

    @property
    def label(self) -> Text:
        """Give the way of finding for a screen."""
        return {
            FoundBy.FACE: text("by face"),
            FoundBy.SEARCH: text("by search"),
            FoundBy.SCAN: text("by scan"),
            FoundBy.TYPED: text("by typing"),
        }[self]
