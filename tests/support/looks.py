"""Home of measuring what stands on a screen: sizes for fingers and eyes, contrast, and whether it fits."""

from __future__ import annotations

from playwright.sync_api import Page

SMALLEST_TARGET, SMALLEST_TEXT, LEAST_CONTRAST = 48, 18, 7.0

_SEEN = """const seen = (each) => each.offsetParent !== null && !each.closest(".unseen, .skip");
  const named = (each) => each.outerHTML.replace(/\\s+/g, " ").slice(0, 160);"""

_SMALL_TARGETS = f"""(least) => {{ {_SEEN}
  return [...document.querySelectorAll("a, button, input, select, label.button")].filter(seen)
    .filter((each) => {{
      const box = each.getBoundingClientRect();
      return box.height < least - 0.5 || box.width < least - 0.5;
    }}).map(named);
}}"""

_WORDED = """const worded = [...document.querySelectorAll("body *")].filter(seen).filter((each) =>
    [...each.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));"""

_SMALL_TEXTS = f"""(least) => {{ {_SEEN} {_WORDED}
  return worded.filter((each) => parseFloat(getComputedStyle(each).fontSize) < least).map(named);
}}"""

# A colour's luminance and the contrast of two are those of WCAG 2.2; what is switched off need not be read.
_PALE_TEXTS = f"""(least) => {{ {_SEEN} {_WORDED}
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3)
    .map((each) => each / 255)
    .map((each) => each <= 0.04045 ? each / 12.92 : Math.pow((each + 0.055) / 1.055, 2.4))
    .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
  const isSolid = (colour) => {{ const all = numbers(colour); return all.length < 4 || all[3] === 1; }};
  const ground = (each) => {{
    for (let around = each; around; around = around.parentElement) {{
      const colour = getComputedStyle(around).backgroundColor;
      if (isSolid(colour)) {{ return colour; }}
    }}
    return "rgb(255, 255, 255)";
  }};
  const contrast = (each) => {{
    const [one, other] = [light(getComputedStyle(each).color), light(ground(each))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }};
  return worded.filter((each) => !each.closest(":disabled")).filter((each) => contrast(each) < least)
    .map((each) => `${{contrast(each).toFixed(2)}} ${{named(each)}}`);
}}"""

_TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth
  ? [`${document.documentElement.scrollWidth} > ${innerWidth}`] : []"""


def pale_texts(page: Page, least: float) -> list[str]:
    """Give the texts whose contrast with what lies behind them is less, each with its contrast."""
    found: list[str] = page.evaluate(_PALE_TEXTS, least)
    return found


def too_wide(page: Page) -> list[str]:
    """Give how much wider the page is than the screen, where it is."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def faults(page: Page) -> dict[str, list[str]]:
    """Give what is too small, too pale or too wide on the screen; nothing is left out that has no fault."""
    found = {
        "small targets": page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET),
        "small texts": page.evaluate(_SMALL_TEXTS, SMALLEST_TEXT),
        "pale texts": pale_texts(page, LEAST_CONTRAST),
        "too wide": too_wide(page),
    }
    return {what: faulty for what, faulty in found.items() if faulty}
