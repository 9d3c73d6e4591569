"""What the web door refuses, each with the key of the words that people read."""

from __future__ import annotations

from backend.kernel.errors import AccessDenied, BadInput, Conflict, DomainError


class LinkSpent(DomainError):
    """The link was used, is too old, or never existed: which one is told to nobody."""

    def __init__(self) -> None:
        super().__init__("web.error.link_spent")


class SessionEnded(DomainError):
    """No session, an old one, or one whose roles have ended: a new link from chat is needed."""

    def __init__(self) -> None:
        super().__init__("web.error.session_ended")


class TooManyTries(DomainError):
    """So many wrong links from one place look like guessing."""

    def __init__(self) -> None:
        super().__init__("web.error.too_many_tries")


class ForgedForm(AccessDenied):
    """The form was not made by our page for this session."""

    def __init__(self) -> None:
        super().__init__("web.error.forged")


class FormSentBefore(Conflict):
    """The same form came twice: the first one counted."""

    def __init__(self) -> None:
        super().__init__("web.error.sent_before")


class ChangedMeanwhile(Conflict):
    """Somebody else saved after this page was opened; nothing is overwritten."""

    def __init__(self) -> None:
        super().__init__("web.error.changed_meanwhile")


class FieldInvalid(BadInput):
    """A field of a form does not fit; `field` is the key of its label."""

    def __init__(self, field: str) -> None:
        super().__init__("web.error.field_invalid", field=field)


class NotAForm(BadInput):
    """The body is no form of a web page."""

    def __init__(self) -> None:
        super().__init__("web.error.not_a_form")


class LineInvalid(BadInput):
    """A line of a pasted table cannot be read."""

    def __init__(self, line: int) -> None:
        super().__init__("web.error.line_invalid", line=line)
