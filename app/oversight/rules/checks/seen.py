"""Home of what was seen to happen in real canteens: which case each check was learnt from."""

from __future__ import annotations

from app.text import text

VILLAGE = text(
    "A village canteen wrote down 20 to 30 diners every day, weekends too, and had seven: 59,300 yuan."
)
BOXES = text("Twelve boxes a day were charged and four were real; 61 days were claimed where peers claim 35.")
VOLUNTEERS = text("Relatives were written down as volunteers, and shops delivered.")
CARDS = text("Elder cards were swiped after their holders had died, and many within seconds.")
CLAIMED = text("A canteen and its service point both claimed the same meals.")
SUPERVISOR = text("A supervisor also held a worker's account.")
REGISTERS = text("Seen in audits of registers that were filled in afterwards.")
MEAT = text("Ten diners had eaten 20 kg of meat.")
