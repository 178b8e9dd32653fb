"""The policy's document: what is read, what is refused and how it is said, and what is written."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.errors import BadFile
from app.residents.rules.facts import Category, Status
from app.subsidy.rules import (
    BelongsBy,
    Caps,
    Combine,
    Days,
    Eligibility,
    FenCaps,
    Layer,
    MealCaps,
    Policy,
    Rate,
    Venue,
    When,
)
from app.subsidy.rules.document import (
    default_policy,
    policy_document,
    policy_from_bytes,
    policy_from_yaml,
    policy_to_yaml,
)
from tests.factories import strategies

EVERY_SHAPE = """\
format: meal-policy/1
reference: 示例〔2026〕1号        # the notice that orders it
effective_from: 2026-01-01
district: "430103"
eligible:
  min_age: 60                   # completed years on the meal's date
  belongs_by: registration      # residence | registration | either
  excluded_statuses: [institution, deceased]
sittings: [breakfast, lunch]
days: workdays
min_price_fen: 1000
price_must_exceed: true
layers:
  - payer: district
    fund: 一般公共预算
    venue: residence_street
    combine: sum
    rates:
      - {amount_fen: 300}
      - {when: {category: destitute}, amount_fen: 500}
      - {when: {category: disabled, grades: ["1", "2"]}, amount_fen: 500}
      - {when: {age_from: 80, age_below: 90}, amount_fen: 400}
      - {when: {sitting: breakfast}, amount_fen: 100}
      - {percent: 25, at_most_fen: 300}          # of the price, rounded half up to a fen
      - percent: 12.5
  - payer: street
    fund: 福彩公益金
    rates: [{amount_fen: 0}]
caps:
  meals: {sitting: 1, day: 2, week: 5, month: null}
  fen: {day: 600, week: null, month: 10000}
operator_discount_fen: 100
charity_fen: 50
"""
LEAST = """\
format: meal-policy/1
reference: '1'
effective_from: '2026-01-01'
district: 430103
layers: []
"""


def rate(amount_fen: int, **when: Any) -> Rate:  # noqa: ANN401 - any field of When
    return Rate(amount_fen=amount_fen, when=When(**when))


def test_every_shape_of_the_format_is_read() -> None:
    assert policy_from_yaml(EVERY_SHAPE) == Policy(
        reference="示例〔2026〕1号",
        effective_from=date(2026, 1, 1),
        district="430103",
        layers=(
            Layer(
                "district",
                "一般公共预算",
                (
                    rate(300),
                    rate(500, category=Category.DESTITUTE),
                    rate(500, category=Category.DISABLED, grades=frozenset({"1", "2"})),
                    rate(400, age_from=80, age_below=90),
                    rate(100, sitting=Sitting.BREAKFAST),
                    Rate(percent=Decimal(25), at_most_fen=300),
                    Rate(percent=Decimal("12.5")),
                ),
                Venue.RESIDENCE_STREET,
                Combine.SUM,
            ),
            Layer("street", "福彩公益金", (rate(0),)),
        ),
        eligibility=Eligibility(60, BelongsBy.REGISTRATION, frozenset({Status.INSTITUTION, Status.DECEASED})),
        sittings=frozenset({Sitting.BREAKFAST, Sitting.LUNCH}),
        days=Days.WORKDAYS,
        min_price_fen=1000,
        price_must_exceed=True,
        caps=Caps(MealCaps(1, 2, 5, None), FenCaps(600, None, 10000)),
        operator_discount_fen=100,
        charity_fen=50,
    )


def test_what_is_left_out_is_as_the_policy_has_it_by_default() -> None:
    assert policy_from_yaml(LEAST) == Policy("1", date(2026, 1, 1), "430103", ())


def test_the_default_policy_is_three_yuan_once_a_sitting_from_60_years_on() -> None:
    policy = default_policy()
    assert (policy.reference, policy.effective_from, policy.district) == (
        "示例〔2026〕1号",
        date(2026, 1, 1),
        "430103",
    )
    assert [layer.rates for layer in policy.layers] == [(rate(300),)]
    assert policy.caps == Caps(MealCaps(sitting=1))
    assert policy.eligibility == Eligibility(60, BelongsBy.EITHER)
    assert policy.sittings == frozenset(Sitting)


@pytest.mark.parametrize("written", [EVERY_SHAPE, LEAST])
def test_a_policy_that_is_written_and_read_again_is_the_same(written: str) -> None:
    policy = policy_from_yaml(written)
    assert policy_from_yaml(policy_to_yaml(policy)) == policy


@given(strategies.policies)
def test_any_policy_that_is_written_and_read_again_is_the_same(policy: Policy) -> None:
    assert policy_from_yaml(policy_to_yaml(policy)) == policy


names = (
    st.text(min_size=1, max_size=40)
    .map(lambda name: " ".join(name.split()))
    .filter(lambda name: name and name.isprintable())
)


@given(names, names)
def test_any_name_that_can_be_printed_survives_writing_and_reading(reference: str, fund: str) -> None:
    policy = Policy(reference, date(2026, 1, 1), "430103", (Layer("district", fund, (rate(300),)),))
    assert policy_from_yaml(policy_to_yaml(policy)) == policy


def test_chinese_is_written_as_it_is_read() -> None:
    written = policy_to_yaml(policy_from_yaml(EVERY_SHAPE))
    assert "reference: 示例〔2026〕1号\n" in written
    assert "{when" not in written
    assert "&" not in written


EVERY_ENTRY = """\
format: meal-policy/1
reference: 示例〔2026〕7号
effective_from: 2026-07-01
district: "430103005"
layers:
  - payer: district
    fund: 一般公共预算
    rates:
      - {percent: 12.50, at_most_fen: 250, when: {category: disabled, grades: ["2", "1"]}}
      - {percent: 25.0}
  - payer: city
    fund: 福彩公益金
    rates:
      - {amount_fen: 0, when: {age_from: 80, age_below: 90, sitting: lunch}}
"""
SAYS_NOTHING: dict[str, Any] = {
    "category": None,
    "grades": [],
    "age_from": None,
    "age_below": None,
    "sitting": None,
}


def test_as_json_every_entry_is_there_and_no_percentage_becomes_a_binary_fraction() -> None:
    document = policy_document(policy_from_yaml(EVERY_ENTRY))
    layers = document.pop("layers")
    assert document == {
        "format": "meal-policy/1",
        "reference": "示例〔2026〕7号",
        "effective_from": "2026-07-01",
        "district": "430103005",
        "eligible": {
            "min_age": 60,
            "belongs_by": "either",
            "excluded_statuses": ["institution", "moved_away", "deceased"],
        },
        "sittings": ["breakfast", "lunch", "dinner"],
        "days": "every",
        "min_price_fen": 0,
        "price_must_exceed": False,
        "caps": {
            "meals": {"sitting": None, "day": None, "week": None, "month": None},
            "fen": {"day": None, "week": None, "month": None},
        },
        "operator_discount_fen": 0,
        "charity_fen": 0,
    }
    assert [(layer["payer"], layer["fund"], layer["venue"], layer["combine"]) for layer in layers] == [
        ("district", "一般公共预算", "any", "best"),
        ("city", "福彩公益金", "any", "best"),
    ]
    assert [rate for layer in layers for rate in layer["rates"]] == [
        {
            "when": SAYS_NOTHING | {"category": "disabled", "grades": ["1", "2"]},
            "amount_fen": None,
            "percent": "12.5",
            "at_most_fen": 250,
        },
        {"when": SAYS_NOTHING, "amount_fen": None, "percent": 25, "at_most_fen": None},
        {
            "when": SAYS_NOTHING | {"age_from": 80, "age_below": 90, "sitting": "lunch"},
            "amount_fen": 0,
            "percent": None,
            "at_most_fen": None,
        },
    ]


def test_the_bytes_that_a_published_policy_is_hashed_by_stay_as_they_are() -> None:
    assert (
        policy_to_yaml(policy_from_yaml(EVERY_ENTRY))
        == """\
format: meal-policy/1
reference: 示例〔2026〕7号
effective_from: 2026-07-01
district: '430103005'
eligible:
  min_age: 60
  belongs_by: either
  excluded_statuses: [institution, moved_away, deceased]
sittings: [breakfast, lunch, dinner]
days: every
min_price_fen: 0
price_must_exceed: false
layers:
  - payer: district
    fund: 一般公共预算
    venue: any
    combine: best
    rates:
      - when:
          category: disabled
          grades: ['1', '2']
        percent: 12.5
        at_most_fen: 250
      - {percent: 25}
  - payer: city
    fund: 福彩公益金
    venue: any
    combine: best
    rates:
      - when: {age_from: 80, age_below: 90, sitting: lunch}
        amount_fen: 0
caps:
  meals: {sitting: null, day: null, week: null, month: null}
  fen: {day: null, week: null, month: null}
operator_discount_fen: 0
charity_fen: 0
"""
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_is_read_in_the_encodings_that_offices_use(encoding: str) -> None:
    assert policy_from_bytes(EVERY_SHAPE.encode(encoding)) == policy_from_yaml(EVERY_SHAPE)


def faults(written: str) -> list[tuple[int, str, str, str]]:
    with pytest.raises(BadFile) as caught:
        policy_from_yaml(written)
    return [(row.line, row.column, str(row.reason), str(row.remedy)) for row in caught.value.rows]


FEN = "Write whole fen without quotes, at most 10000000; 3 yuan is 300."


@pytest.mark.parametrize(
    ("right", "wrong", "line", "path", "remedy"),
    [
        ("meal-policy/1", "meal-policy/2", 1, "format", "Write “meal-policy/1”."),
        ("示例〔2026〕1号", "''", 2, "reference", "Write a name or number."),
        ("示例〔2026〕1号", "长" * 121, 2, "reference", "Write at most 120 characters."),
        ("示例〔2026〕1号", '"1\\u202e2"', 2, "reference", "Write at most 120 characters."),
        ("示例〔2026〕1号", "[1]", 2, "reference", "Write one value."),
        ("2026-01-01", "2026-02-30", 3, "effective_from", "Write a day of the calendar like 2026-01-31."),
        ("2026-01-01", "2026/1/1", 3, "effective_from", "Write a day of the calendar like 2026-01-31."),
        (
            '"430103"',
            "43010",
            4,
            "district",
            "Write the official code of 2, 4, 6, 9 or 12 digits, like 430103.",
        ),
        (
            '"430103"',
            "天心区",
            4,
            "district",
            "Write the official code of 2, 4, 6, 9 or 12 digits, like 430103.",
        ),
        ("min_age: 60", "min_age: sixty", 6, "eligible.min_age", "Write whole years from 0 to 130."),
        ("min_age: 60", "min_age:", 6, "eligible.min_age", "Write whole years from 0 to 130."),
        ("min_age: 60", "min_age: 600", 6, "eligible.min_age", "Write whole years from 0 to 130."),
        ("min_age: 60", "minage: 60", 6, "eligible.minage", "Did you mean “min_age”?"),
        (
            "min_age: 60",
            "x: 60",
            6,
            "eligible.x",
            "Delete it. Known here are: min_age, belongs_by, excluded_statuses.",
        ),
        (
            "belongs_by: registration",
            "belongs_by: both",
            7,
            "eligible.belongs_by",
            "Write one of: residence, registration, either.",
        ),
        (
            "[institution, deceased]",
            "[institution, dead]",
            8,
            "eligible.excluded_statuses[1]",
            "Write one of: active, institution, moved_away, deceased.",
        ),
        (
            "[institution, deceased]",
            "deceased",
            8,
            "eligible.excluded_statuses",
            "Write the members in brackets, or each after a hyphen.",
        ),
        ("[breakfast, lunch]", "[]", 9, "sittings", "Write at least one member."),
        ("days: workdays", "days: null", 10, "days", "Write one of: every, workdays."),
        ("min_price_fen: 1000", "min_price_fen: 10.00", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: true", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", 'min_price_fen: "1000"', 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: -1", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: 1_000", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: 0x10", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: 010", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: 1:30", 11, "min_price_fen", FEN),
        ("min_price_fen: 1000", "min_price_fen: 99999999999", 11, "min_price_fen", FEN),
        (
            "price_must_exceed: true",
            "price_must_exceed: yes",
            12,
            "price_must_exceed",
            "Write true or false.",
        ),
        ("price_must_exceed: true", "price_must_exceed: 1", 12, "price_must_exceed", "Write true or false."),
        ("payer: district", "payer: ", 14, "layers[0].payer", "Write a name or number."),
        (
            "payer: district",
            "payer: charity",
            14,
            "layers[0].payer",
            "Write it as operator_discount_fen or charity_fen, or name another payer.",
        ),
        ("fund: 一般公共预算", "found: 一般公共预算", 15, "layers[0].found", "Did you mean “fund”?"),
        (
            "combine: sum",
            "combine: most",
            17,
            "layers[0].combine",
            "Write one of: best, sum.",
        ),
        ("{amount_fen: 300}", "{amount_fen: 3.00}", 19, "layers[0].rates[0].amount_fen", FEN),
        ("{amount_fen: 300}", "{}", 19, "layers[0].rates[0]", "Write either amount_fen or percent."),
        ("{amount_fen: 300}", "300", 19, "layers[0].rates[0]", "Write entries like “name: value”."),
        (
            "{amount_fen: 300}",
            "{amount_fen: 300, percent: 1}",
            19,
            "layers[0].rates[0]",
            "Write either amount_fen or percent.",
        ),
        (
            "{amount_fen: 300}",
            "{amount_fen: 300, at_most_fen: 1}",
            19,
            "layers[0].rates[0].at_most_fen",
            "Delete this entry.",
        ),
        (
            "category: destitute",
            "category: poor",
            20,
            "layers[0].rates[1].when.category",
            f"Write one of: {', '.join(Category)}.",
        ),
        (
            "category: destitute",
            "category: destitute, grades: ['1']",
            20,
            "layers[0].rates[1].when.grades",
            "Delete this entry, or write one of these categories: disabled, incapacitated.",
        ),
        (
            'grades: ["1", "2"]',
            'grades: ["1", "5"]',
            21,
            "layers[0].rates[2].when.grades[1]",
            "Write one of: 1, 2, 3, 4.",
        ),
        (
            "age_below: 90",
            "age_below: 80",
            22,
            "layers[0].rates[3].when.age_below",
            "Write an age_below that is greater than age_from.",
        ),
        (
            "percent: 25",
            "percent: 0",
            24,
            "layers[0].rates[5].percent",
            PERCENT := ("Write a number above 0 and up to 100, with at most four decimals, like 25 or 12.5."),
        ),
        ("percent: 25", "percent: 100.1", 24, "layers[0].rates[5].percent", PERCENT),
        ("percent: 25", "percent: 25%", 24, "layers[0].rates[5].percent", PERCENT),
        ("percent: 25", "percent: .inf", 24, "layers[0].rates[5].percent", PERCENT),
        ("[{amount_fen: 0}]", "[]", 28, "layers[1].rates", "Write at least one member."),
        (
            "day: 2",
            "day: 0",
            30,
            "caps.meals.day",
            "Write a whole number from 1 to 1000, or null for no cap.",
        ),
        (
            "day: 600",
            "day: none",
            31,
            "caps.fen.day",
            "Write a whole number from 1 to 10000000, or null for no cap.",
        ),
        (
            "{day: 600",
            "{sitting: 1, day: 600",
            31,
            "caps.fen.sitting",
            "Delete it. Known here are: day, week, month.",
        ),
        ("charity_fen: 50", "charity_fen: 50\ncharity_fen: 50", 34, "charity_fen", "Keep one of them."),
    ],
)
def test_a_fault_is_told_with_its_line_its_path_and_its_remedy(
    *, right: str, wrong: str, line: int, path: str, remedy: str
) -> None:
    assert right in EVERY_SHAPE
    found = faults(EVERY_SHAPE.replace(right, wrong, 1))
    assert (line, path, remedy) in [(row[0], row[1], row[3]) for row in found]


def test_a_misspelt_category_is_one_fault_and_its_grades_are_not_another() -> None:
    assert len(faults(EVERY_SHAPE.replace("category: disabled", "category: handicapped"))) == 1


def test_a_merge_key_is_not_known() -> None:
    [(line, path, reason, _)] = faults(EVERY_SHAPE.replace("charity_fen: 50", "<<: {charity_fen: 50}"))
    assert (line, path, reason) == (33, "<<", "This entry is not known.")


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    written = EVERY_SHAPE.replace("min_age: 60", "min_age: x").replace("fund: 福彩公益金", "")
    written = written.replace("days: workdays", "days: some")
    assert [(line, path) for line, path, _, _ in faults(written)] == [
        (6, "eligible.min_age"),
        (10, "days"),
        (26, "layers[1].fund"),
    ]


def test_what_must_be_there_is_missed_by_name() -> None:
    assert [path for _, path, _, _ in faults("days: every")] == [
        "format",
        "reference",
        "effective_from",
        "district",
        "layers",
    ]


BOMB = "a: &a [x]\nb: &b [*a, *a]\n"


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (BOMB, 1),
        ("a: !!python/object/apply:os.system [x]", 1),
        ("a: !!int '1'", 1),
        ("format: meal-policy/1\n---\nformat: meal-policy/1\n", 2),
        ("a: " + "[" * 100, 1),
        ("a: [1", 1),
        ("a: b: c", 1),
        ("a:\n\t- b", 2),
    ],
)
def test_what_is_no_plain_yaml_is_refused_at_its_line(written: str, line: int) -> None:
    assert faults(written)[0][0] == line


@pytest.mark.parametrize(
    "written", ["", "# nothing but a comment\n", "just words", "- a\n- b\n", "a\0b", "42", "null"]
)
def test_what_is_no_policy_at_all_is_refused(written: str) -> None:
    with pytest.raises(BadFile):
        policy_from_yaml(written)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"\xff\xfe\x00", b"x" * 70_000, bytes(500)]
)
def test_a_file_that_is_empty_binary_or_huge_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(BadFile) as caught:
        policy_from_bytes(content)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "hostile", ["[" * 60_000, "{a: " * 15_000, "- " * 30_000, "? " * 30_000, "a: &a " * 9_000]
)
def test_a_hostile_file_is_refused_at_once(hostile: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(BadFile):
        policy_from_bytes(hostile.encode())
    assert time.perf_counter() - begun < 5


def test_a_percentage_is_kept_exactly() -> None:
    policy = policy_from_yaml(EVERY_SHAPE.replace("12.5", "33.3333"))
    assert policy.layers[0].rates[-1].percent == Decimal("33.3333")


def test_spaces_in_a_name_become_one() -> None:
    policy = policy_from_yaml(EVERY_SHAPE.replace("示例〔2026〕1号", "示例　 〔2026〕1号"))
    assert policy == replace(policy_from_yaml(EVERY_SHAPE), reference="示例 〔2026〕1号")
