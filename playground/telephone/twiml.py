"""Reads TwiML: bounded, without entities, and strict: what Twilio does not know is an error with Twilio's code."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from .grammar import NOUNS, VERBS, Use, Verb

LARGEST = 64 * 1024
LONGEST_SPEECH = 4096
MOST_VERBS = 200


class Unreadable(Exception):
    """The document is no TwiML; `code` is the error that Twilio's debugger would show."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Step:
    """One verb with its attributes, its own text and the verbs inside."""

    name: str
    attributes: dict[str, str]
    text: str
    inside: tuple[Step, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float, most: float = 3600) -> float:
        """A number of seconds; `auto` and what is no number count as the default."""
        try:
            return min(max(float(self.get(name, str(default))), 0), most)
        except ValueError:
            return default

    def is_on(self, name: str, *, default: bool = False) -> bool:
        return self.get(name, str(default)).lower() == "true"


def read_twiml(document: str | bytes, use: Use) -> tuple[Step, ...]:
    """Return the verbs in order. Raises Unreadable: 12100 no XML, 12200 nothing that belongs there."""
    if len(document) > LARGEST:
        raise Unreadable(11750, "the document is larger than 64 kB")
    root = _parse(document)
    if root.tag != "Response":
        raise Unreadable(12100, f"the root is {root.tag}, not Response")
    if (root.text or "").strip():
        raise Unreadable(12200, "text stands outside of any verb")
    if len(list(root.iter())) > MOST_VERBS:
        raise Unreadable(12200, "too many verbs")
    return tuple(_step(element, VERBS[use]) for element in root)


class _NoDoctype(TreeBuilder):
    """A document type could define entities that grow without end; TwiML needs none."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise Unreadable(12100, "a document type is not allowed")


def _parse(document: str | bytes) -> Element:
    parser = XMLParser(target=_NoDoctype())  # noqa: S314 - document types are refused above
    try:
        parser.feed(document)
        return parser.close()
    except ParseError as problem:
        raise Unreadable(12100, f"no XML: {problem}") from None


def _step(element: Element, allowed: dict[str, Verb]) -> Step:
    known = allowed.get(element.tag)
    if known is None:
        raise Unreadable(12200, f"{element.tag} is not known here")
    unknown = set(element.attrib) - known.attributes
    if unknown:
        raise Unreadable(12200, f"{element.tag} has no attribute {sorted(unknown)[0]}")
    text = _text(element).strip()
    if known.needs_text and not text:
        raise Unreadable(12200, f"{element.tag} is empty")
    if len(text) > LONGEST_SPEECH:
        raise Unreadable(13520, f"{element.tag} is longer than {LONGEST_SPEECH} characters")
    return Step(element.tag, dict(element.attrib), text, _inside(element, known))


def _inside(element: Element, known: Verb) -> tuple[Step, ...]:
    marks = {child.tag for child in element} - known.inside
    if marks:
        raise Unreadable(12200, f"{sorted(marks)[0]} may not stand in {element.tag}")
    if element.tag == "Say":
        return ()
    everything = VERBS[Use.VOICE] | NOUNS
    return tuple(_step(child, everything) for child in element)


def _text(element: Element) -> str:
    """The element's own text; of speech also what is inside its marks."""
    return "".join(element.itertext()) if element.tag == "Say" else (element.text or "")
