"""Home of names: how they are written, how they sort, and under which letters they are found.

Readings come from the character table of pypinyin, without its code: importing it loads 47,000 phrases that
names do not need, and would cost every command a quarter of a second.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from app.sheet.cells import Unreadable, half_width, shown
from app.text import text

_MAX_LENGTH = 50
_MOST_READINGS = 24
_KEY_LENGTH = 128
_DOT = "·"
_DOTS = re.compile(r"\s*[·•・‧･∙⋅]\s*|(?<=[^\x00-\x7f])\s*\.\s*(?=[^\x00-\x7f])")
_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\ufeff]+")
_LOST = re.compile(r"[\x00-\x1f\x7f\ufffd?□■＊*]")
_NO_NAME = re.compile(r"[0-9@#$%&+=<>{}|\\/_~^:;!\"]")
_LATIN = re.compile(r"[a-z]+")
_NOT_LATIN = re.compile(r"[^a-z]+")

# How a character is read as a surname, where that is not its usual reading.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "区": "ou", "任": "ren", "解": "xie", "查": "zha", "盖": "ge",
    "朴": "piao", "乐": "yue", "华": "hua", "燕": "yan", "纪": "ji", "种": "chong", "冼": "xian", "员": "yun",
    "折": "she", "黑": "he", "秘": "bi", "缪": "miao", "宓": "mi", "繁": "po", "覃": "qin", "召": "shao",
    "翟": "zhai", "那": "na", "郗": "xi", "牟": "mou", "逄": "pang", "洗": "xian", "隗": "wei", "祭": "zhai",
    "尉": "wei", "臧": "zang", "车": "che", "沈": "shen", "卜": "bu", "应": "ying", "石": "shi", "薄": "bo",
    "过": "guo", "费": "fei", "曲": "qu", "宁": "ning", "柏": "bai", "贾": "jia", "阚": "kan", "晁": "chao",
    "钭": "tou", "庹": "tuo", "妫": "gui", "佴": "nai", "厍": "she", "邸": "di", "万": "wan", "褚": "chu",
    "谌": "chen", "谢": "xie", "尹": "yin", "瞿": "qu", "粟": "su", "令": "ling", "参": "can", "适": "kuo",
    "侯": "hou", "强": "qiang", "长": "chang", "重": "chong", "都": "du", "归": "gui", "哈": "ha", "撒": "sa",
}  # fmt: skip
_COMPOUND_SURNAMES = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"), "令狐": ("ling", "hu"), "宰父": ("zai", "fu"), "呼延": ("hu", "yan"),
    "欧阳": ("ou", "yang"), "司马": ("si", "ma"), "上官": ("shang", "guan"), "诸葛": ("zhu", "ge"),
    "皇甫": ("huang", "fu"), "鲜于": ("xian", "yu"), "尉犁": ("yu", "li"), "夏侯": ("xia", "hou"),
    "慕容": ("mu", "rong"), "东方": ("dong", "fang"), "独孤": ("du", "gu"), "司徒": ("si", "tu"),
}  # fmt: skip


def name(written: str) -> str:
    """Read a person's name: blanks between Chinese characters go, every kind of dot becomes ·.

    Raises: Unreadable when it is empty, too long, or holds what no name holds.

    >>> name(" 张 三 "), name("阿卜杜拉 • 买买提"), name("Maria  da Silva")
    ('张三', '阿卜杜拉·买买提', 'Maria da Silva')
    """
    value = unicodedata.normalize("NFC", _BLANKS.sub(" ", half_width(written)).strip())
    if not value:
        raise Unreadable(text("The name is missing."), text("Fill it in."))
    if _LOST.search(value):
        raise Unreadable(
            text("“{written}” has lost a character.", written=shown(written)),
            text("Type the name again; for a rare character, use an input method that knows it."),
        )
    if _NO_NAME.search(value):
        raise Unreadable(
            text("“{written}” is not a name.", written=shown(written)),
            text("Write the name alone, without numbers or notes."),
        )
    value = _DOTS.sub(_DOT, value)
    value = "".join(
        character
        for place, character in enumerate(value)
        if character != " " or (value[place - 1].isascii() and value[place + 1].isascii())
    )
    if len(value) > _MAX_LENGTH:
        raise Unreadable(
            text("The name has {length} characters.", length=len(value)),
            text("Write at most {limit}.", limit=_MAX_LENGTH),
        )
    return value


def sort_key(person: str) -> str:
    """Give what names are sorted by: the likeliest reading, syllable by syllable, then the characters.

    Two blanks end the syllables, so that a shorter name comes before those that it begins.

    >>> sort_key("曾国强"), sort_key("尉迟恭")
    ('zeng guo qiang  曾国强', 'yu chi gong  尉迟恭')
    """
    return f"{' '.join(readings[0] for readings in _readings(person))}  {person}".strip()[:_KEY_LENGTH]


def search_keys(person: str) -> tuple[str, ...]:
    """Give all letters under which a name is found: initials and full pinyin, in every likely reading.

    >>> search_keys("单雄")
    ('sx', 'shanxiong', 'dx', 'danxiong', 'cx', 'chanxiong')
    """
    keys: dict[str, None] = {}
    for reading in _combinations([_unique(readings) for readings in _readings(person)]):
        keys["".join(syllable[0] for syllable in reading)] = None
        keys["".join(reading)] = None
    return tuple(key for key in keys if key)


def sought_letters(query: str) -> str:
    """Give the letters that a search types for pinyin or initials; empty when it types anything else.

    >>> sought_letters("Zeng Guo'qiang"), sought_letters("lü"), sought_letters("曾")
    ('zengguoqiang', 'lv', '')
    """
    plain = _without_tones(half_width(query)).replace(" ", "").replace("'", "").replace("’", "")
    return plain if _LATIN.fullmatch(plain) else ""


def _readings(person: str) -> list[list[str]]:
    """Give each character's readings, the likeliest first; a Latin word is its own reading."""
    pieces = re.findall(r"[A-Za-zÀ-ɏ]+|[^\sA-Za-zÀ-ɏ]", person)
    found = [readings for piece in pieces if (readings := _readings_of(piece))]
    compound = _COMPOUND_SURNAMES.get(person[:2])
    if compound is not None:
        for place, syllable in enumerate(compound):
            found[place] = [syllable, *found[place]]
    elif found and (usual := _SURNAMES.get(person[0])):
        found[0] = [usual, *found[0]]
    return [_unique(readings) for readings in found]


def _readings_of(piece: str) -> list[str]:
    if latin := _NOT_LATIN.sub("", _without_tones(piece)):
        return [latin]
    if len(piece) > 1:
        return []
    syllables = [_without_tones(syllable) for syllable in _table().get(ord(piece), "").split(",")]
    # The sound ü is typed v, and by many u.
    return [typed for syllable in syllables if syllable for typed in (syllable, syllable.replace("v", "u"))]


def _combinations(readings: list[list[str]]) -> Iterable[tuple[str, ...]]:
    """Combine readings, giving up the rarest ones where they would become too many."""
    while _count(readings) > _MOST_READINGS:
        longest = max(range(len(readings)), key=lambda place: (len(readings[place]), place))
        readings = [*readings]
        readings[longest] = readings[longest][:-1]
    return product(*readings) if readings else ()


def _count(readings: list[list[str]]) -> int:
    total = 1
    for each in readings:
        total *= len(each)
    return total


def _unique(readings: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(readings))


def _without_tones(syllable: str) -> str:
    """Write pinyin in plain letters, ü as v.

    >>> _without_tones("lǜ"), _without_tones("Zēng")
    ('lv', 'zeng')
    """
    parts = unicodedata.normalize("NFD", syllable.lower()).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(character for character in parts if not unicodedata.combining(character))


@cache
def _table() -> dict[int, str]:
    """Give the readings of 42,000 characters, the usual one of each first."""
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        msg = "pypinyin is not installed"
        raise RuntimeError(msg)
    table = Path(package.origin).with_name("pinyin_dict.json").read_text(encoding="utf-8")
    return {int(code): readings for code, readings in json.loads(table).items()}
