"""Every sentence that a person may read can be translated, and is there in Chinese."""

from __future__ import annotations

from babel.messages.catalog import Message

from tests.support.source import place, templates
from tests.support.texts import Said, chinese, gaps, raw_texts, said_by_code, said_by_templates, unextractable

SAME_EVERYWHERE = {"English", "中文", "CSV", "Excel", "PDF"}


def everything_said() -> list[Said]:
    return [*said_by_code(), *said_by_templates()]


def translation(said: Said) -> list[str]:
    message = chinese().get(said.forms[0] if len(said.forms) == 1 else said.forms)
    return _strings(message) if message is not None and not message.fuzzy else []


def _strings(message: Message) -> list[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return [string for string in strings if string]


def test_the_source_says_something() -> None:
    assert len(list(said_by_code())) > 100
    assert len(list(said_by_templates())) > 20


def test_every_sentence_has_its_chinese() -> None:
    missing = {f"{said.place} {said.forms[0]}" for said in everything_said() if not translation(said)}
    assert sorted(missing) == []


def test_the_chinese_has_the_same_gaps() -> None:
    differing = [
        f"{said.place} {said.forms[-1]!r} → {string!r}"
        for said in everything_said()
        for string in translation(said)
        if gaps(string) != gaps(said.forms[-1])
    ]
    assert differing == []


def test_only_written_sentences_are_translated() -> None:
    assert list(unextractable()) == []


def test_no_template_writes_words_past_the_catalogue() -> None:
    raw = [
        f"{place(path)} {words!r}"
        for path in templates()
        for words in raw_texts(path.read_text(encoding="utf-8"))
        if words not in SAME_EVERYWHERE
    ]
    assert raw == []
