"""Home of standing at a till's counter in a browser: what canteen staff touch, with every touch counted."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from app import clock

ADDRESS = "/till/"
PIN = "2580"

# Each sound is written down as its tones, so that a test hears what the canteen hears.
_HEARD = """() => {
  window.tones = [];
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const wave = make.call(this);
    window.tones.push(wave);
    return wave;
  };
}"""


def hold_clock(page: Page) -> None:
    """Let a test move the page's clock on, up to a quarter of an hour.

    Shortly before midnight it begins earlier than it is: the day must not end while it is moved.
    """
    now = clock.now().astimezone(clock.SHANGHAI)
    page.clock.install(time=min(now, now.replace(hour=23, minute=44, second=0)))


class Counter:
    """The till on one tablet, and how often it was touched."""

    def __init__(self, page: Page) -> None:
        """Look at a page that stands at /till/ or will."""
        self.page = page
        self.taps = 0
        page.add_init_script(f"({_HEARD})()")

    # ---- The way in ----

    def enrol(self, code: str) -> None:
        """Open the link with the code, and wait until the list of people has come."""
        self.page.goto(f"{ADDRESS}#enrol={code}")
        begin = self.page.get_by_role("button", name="开始使用")
        expect(begin).to_be_enabled()
        begin.click()

    def unlock(self, name: str = "周小兰", pin: str = PIN) -> None:
        """Choose a person and type the PIN."""
        self.page.get_by_role("button", name=name).click()
        self.type_pin(pin)
        expect(self.faces.first).to_be_visible()

    def type_pin(self, pin: str) -> None:
        """Type a PIN on the pad."""
        for digit in pin:
            self.page.locator(f".pinpad [data-key='{digit}']").click()
        done = self.page.locator(".pinpad [data-key='done']")
        # The longest PIN is looked at without being asked.
        if len(pin) < 6:
            done.click()

    def unlock_as_nobody(self) -> None:
        """Go on without being confirmed."""
        self.page.get_by_role("button", name="忘记 PIN 码").click()
        expect(self.faces.first).to_be_visible()

    # ---- Touching ----

    def tap(self, *places: Locator) -> None:
        """Touch places one after another, and count."""
        for place in places:
            place.click()
            self.taps += 1

    def press(self, keys: str) -> None:
        """Touch keys of the big keypad."""
        for key in keys:
            self.tap(self.page.locator(f".keypad [data-key='{key}']"))

    def scan(self, code: str) -> None:
        """Let a USB scanner type a code: faster than any person, and Enter at the end."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    # ---- Looking ----

    @property
    def faces(self) -> Locator:
        """Give the faces on the screen."""
        return self.page.locator(".faces .face")

    def face(self, name: str) -> Locator:
        """Give the face of a person, to be tapped."""
        return self.page.locator(".faces .face", has_text=name).locator(".tap")

    def more(self, name: str) -> Locator:
        """Give the small button on the face of a person."""
        return self.page.get_by_role("button", name=f"{name}的更多选项")

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """Give a button by what it says."""
        return self.page.get_by_role("button", name=name, exact=exact)

    @property
    def receipt(self) -> Locator:
        """Give what the desk says of the last tap."""
        return self.page.locator(".receipt")

    @property
    def ask(self) -> Locator:
        """Give the question on the desk."""
        return self.page.locator(".ask")

    @property
    def record(self) -> Locator:
        """Give the big green button on the desk."""
        return self.page.locator(".desk button.record:visible")

    @property
    def pill(self) -> Locator:
        """Give what the queue says of itself."""
        return self.page.locator("#pill")

    @property
    def meals(self) -> Locator:
        """Give the last meals, the newest first."""
        return self.page.locator(".meals li")

    # ---- Waiting ----

    def until_sent(self, count: int) -> None:
        """Wait until the queue says that the server has everything, which is so many records."""
        expect(self.pill).to_contain_text(f"已上传 {count}")
        expect(self.pill).to_contain_text("全部已上传")

    def expect_tones(self, *wanted: int) -> None:
        """Wait until exactly these tones were played since the page was opened."""
        self.page.wait_for_function(
            "wanted => window.tones.map(wave => wave.frequency.value).join() === wanted",
            arg=",".join(map(str, wanted)),
        )
