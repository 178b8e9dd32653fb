"""Home of reading YAML part by part, each fault with its line, its path and its remedy. Pure.

The nodes are read as they were written, never turned into Python objects: `12.50` stays text until a reader
wants a decimal, and nothing a file may hold can run, refer to itself or swell.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import yaml

from app.errors import BadFile, RowError
from app.sheet.cells import Unreadable
from app.text import text

T = TypeVar("T")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One place in a file: what stands there, how it is reached, and where its faults are gathered."""

    node: yaml.Node
    path: str
    faults: list[RowError]

    def blame(self, fault: Unreadable, *, at: str = "") -> None:
        """Note what is wrong here, or with the member `at`."""
        path = ".".join(filter(None, (self.path, at)))
        self.faults.append(RowError(self.node.start_mark.line + 1, path, fault.reason, fault.remedy))

    def written(self) -> str:
        """Give the single value as it was written.

        Raises: Unreadable when there is a list or a group instead.
        """
        if not isinstance(self.node, yaml.ScalarNode):
            raise Unreadable(
                text("A list or a group stands where one value belongs."), text("Write one value.")
            )
        return str(self.node.value)

    @property
    def is_plain(self) -> bool:
        """Tell a single value that is written without quotes."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.style is None

    @property
    def is_null(self) -> bool:
        """Tell whether nothing is said here: `null`, `~` or no value at all."""
        return self.is_plain and self.node.tag == "tag:yaml.org,2002:null"

    def items(self) -> list[Part]:
        """Give the members of a list.

        Raises: Unreadable when it is none.
        """
        if not isinstance(self.node, yaml.SequenceNode):
            raise Unreadable(
                text("A list belongs here."), text("Write the members in brackets, or each after a hyphen.")
            )
        return [
            Part(node, f"{self.path}[{index}]", self.faults) for index, node in enumerate(self.node.value)
        ]

    def list_of(self, reader: Callable[[Part], T]) -> list[T]:
        """Read every member of a list; those that cannot be read are blamed and left out.

        Raises: Unreadable when it is no list.
        """
        read = []
        for item in self.items():
            try:
                read.append(reader(item))
            except Unreadable as fault:
                item.blame(fault)
        return read

    def group(self, names: Sequence[str]) -> Group:
        """Give the members of a group by their names; unknown and repeated ones are blamed.

        Raises: Unreadable when it is none.
        """
        if not isinstance(self.node, yaml.MappingNode):
            raise Unreadable(
                text("A group of entries belongs here."), text("Write entries like “name: value”.")
            )
        members: dict[str, Part] = {}
        for key, value in self.node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            path = f"{self.path}.{name}" if self.path else name
            if name in members:
                Part(key, path, self.faults).blame(_TWICE)
            elif name not in names:
                Part(key, path, self.faults).blame(_unknown(name, names))
            else:
                members[name] = Part(value, path, self.faults)
        return Group(self, members)


@dataclass(frozen=True, slots=True)
class Group:
    """The known members of a group of entries."""

    part: Part
    members: dict[str, Part]

    def optional(self, name: str, reader: Callable[[Part], T], default: T) -> T:
        """Read a member; give the default when it is not there, or cannot be read and is blamed."""
        part = self.members.get(name)
        if part is None:
            return default
        try:
            return reader(part)
        except Unreadable as fault:
            part.blame(fault)
            return default

    def needed(self, name: str, reader: Callable[[Part], T], stand_in: T) -> T:
        """Read a member that must be there; give the stand-in when it is missing or cannot be read."""
        if name not in self.members:
            self.part.blame(_MISSING, at=name)
        return self.optional(name, reader, stand_in)


_TWICE = Unreadable(text("This entry is there twice."), text("Keep one of them."))
_MISSING = Unreadable(text("This entry is missing."), text("Add it."))


def _unknown(name: str, names: Sequence[str]) -> Unreadable:
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    remedy = (
        text("Did you mean “{name}”?", name=nearest[0])
        if nearest
        else text("Delete it. Known here are: {names}.", names=", ".join(names))
    )
    return Unreadable(text("This entry is not known."), remedy)


def parts_of(source: str) -> Part:
    """Read a YAML text into its parts.

    Raises: BadFile when it is no YAML, or uses what no plain file of settings needs: anchors and references,
    tags, several documents, or groups in groups in groups without end.
    """
    try:
        _refuse_tricks(source)
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _malformed(mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:
        raise BadFile(
            text("The file holds characters that are no text. Write it anew in a text editor.")
        ) from error
    if node is None:
        raise BadFile(text("The file is empty. Check that the right file was chosen."))
    return Part(node, "", [])


def _malformed(line: int) -> BadFile:
    fault = RowError(
        line,
        "",
        text("The form of the file breaks here."),
        text("Check indentation (spaces, no tabs), brackets, quotes, and that a space follows each colon."),
    )
    return BadFile(text("The file is no valid YAML; nothing was changed."), rows=(fault,))


def _refuse_tricks(source: str) -> None:
    """Walk through the file's events, which takes no memory, before anything is built of them."""
    depth = documents = 0
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if _is_trick(event) or depth > _DEEPEST or documents > 1:
            fault = RowError(
                event.start_mark.line + 1 if event.start_mark else 1,
                "",
                text("This uses a part of YAML that is not read here."),
                text(
                    "Write plain entries: no & anchors, no * references, no ! tags, one document, few levels."
                ),
            )
            raise BadFile(text("The file cannot be taken; nothing was changed."), rows=(fault,))


def _is_trick(event: yaml.Event) -> bool:
    return isinstance(event, yaml.NodeEvent) and (
        event.anchor is not None or getattr(event, "tag", None) is not None
    )
