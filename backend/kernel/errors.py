"""The expected refusals: each carries the key of the words that the person hears."""

from __future__ import annotations


class DomainError(Exception):
    """Something that the rules refuse; edges turn it into the words of `key`, never into a stack trace.

    `params` fill the placeholders of the words. They may reach a screen, so they hold no data of other people.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


class NotFound(DomainError):
    """No such thing, or not one that this actor may know of: the two are told apart nowhere."""

    def __init__(self, key: str = "error.not_found", **params: object) -> None:
        super().__init__(key, **params)


class AccessDenied(DomainError):
    """The actor holds no role that allows this here."""

    def __init__(self, key: str = "error.access_denied", **params: object) -> None:
        super().__init__(key, **params)


class BadInput(DomainError):
    """What came in does not fit: too long, malformed, out of range."""


class Conflict(DomainError):
    """Somebody else was faster, or the thing has moved on since the person looked."""
