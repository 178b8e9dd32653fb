"""Home of until when a day may be changed without a reason, as the settings have it."""

from __future__ import annotations

from flask import current_app

from app.delivery.rules.orders import CutOff


def cut_off() -> CutOff:
    """Give until when a day may be changed without a reason, as this installation has it."""
    config = current_app.config["MEAL_CIRCLE"]
    return CutOff(config.order_cut_off, config.breakfast_cut_off)
