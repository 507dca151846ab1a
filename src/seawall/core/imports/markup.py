"""XML in a stream, within bounds: a record is handed over when it ends and then forgotten.

A document type with declarations of its own is refused (entities grow without end, or reach for files); the bare
`<!DOCTYPE nmaprun>` that nmap writes is harmless and passes. Nothing outside the file is ever read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from seawall.core.imports.records import Bomb, TooMuch, Unreadable, WrongKind

DEEPEST, MOST_ELEMENTS, MOST_IN_RECORD, LONGEST_TEXT, MOST_ATTRIBUTES = 40, 1_000_000, 60_000, 4_000, 60
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"'](gb2312|gbk|gb18030)[\"']", re.IGNORECASE)


@dataclass(slots=True)
class Element:
    """An element with the line it begins on; text beyond `LONGEST_TEXT` is left out."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def all(self, tag: str) -> Iterator[Element]:
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        return next(self.all(tag), None)

    def said(self, tag: str) -> str:
        """The text of a child, empty without one."""
        found = self.first(tag)
        return found.text.strip() if found else ""


Handler = Callable[[Element], None]


class _Walk:
    def __init__(self, roots: frozenset[str], handlers: Mapping[str, Handler]) -> None:
        self.roots, self.handlers = roots, handlers
        self.stack: list[Element] = []
        self.texts: list[tuple[int, list[str]]] = []
        self.count = self.inside = 0
        self.root: Element | None = None
        self.parser = expat.ParserCreate()

    def doctype(self, _name: str, _system: str | None, _public: str | None, own: bool) -> None:
        if own:
            raise Bomb("file", line=self.parser.CurrentLineNumber)

    def entity(self, *_: object) -> None:
        raise Bomb("file", line=self.parser.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count += 1
        if len(self.stack) >= DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise Bomb("file", line=line)
        if self.count > MOST_ELEMENTS:
            raise TooMuch("file", most=MOST_ELEMENTS)
        element = Element(tag, {key: value[:LONGEST_TEXT] for key, value in attributes.items()}, line)
        if not self.stack:
            if tag not in self.roots:
                raise WrongKind("file", seen=tag[:40])
            self.root = element
        elif self._record() is not None:
            self.inside += 1
            if self.inside > MOST_IN_RECORD:
                raise TooMuch("file", most=MOST_IN_RECORD)
            self.stack[-1].children.append(element)
        self.stack.append(element)
        self.texts.append((0, []))

    def _record(self) -> Element | None:
        """The record that is open, if any: only what lies in one is kept."""
        return next((element for element in self.stack if element.tag in self.handlers), None)

    def data(self, text: str) -> None:
        if self.texts:
            length, parts = self.texts[-1]
            if length < LONGEST_TEXT:
                parts.append(text[: LONGEST_TEXT - length])
                self.texts[-1] = (length + len(text), parts)

    def end(self, tag: str) -> None:
        element = self.stack.pop()
        element.text = "".join(self.texts.pop()[1])
        if tag in self.handlers and self._record() is None:
            self.inside = 0
            self.handlers[tag](element)


def walk(content: bytes, roots: frozenset[str], handlers: Mapping[str, Handler]) -> Element:
    """Call the handler of each outermost element it names, in order; answers the root (attributes only).

    Raises `Unreadable` (with the line) for broken XML, `WrongKind` for another root, `Bomb`, `TooMuch`.
    """
    state = _Walk(roots, handlers)
    parser = state.parser
    parser.StartElementHandler, parser.EndElementHandler = state.start, state.end
    parser.CharacterDataHandler = state.data
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = state.doctype, state.entity
    parser.buffer_text = True
    try:
        parser.Parse(_decoded(content), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable("file", line=getattr(error, "lineno", 0)) from error
    if state.root is None:
        raise Unreadable("file", line=0)
    return state.root


def _decoded(content: bytes) -> bytes | str:
    """Chinese encodings, which expat does not know, as text; everything else as it is."""
    if _DECLARED.match(content[:200]):
        text = content.decode("gb18030")
        return re.sub(r"\A\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)
    return content
