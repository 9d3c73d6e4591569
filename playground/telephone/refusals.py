"""How the exchange says no: to programs with Twilio's error codes, to people's telephones in plain words."""

from __future__ import annotations

from typing import Any

MORE = "https://www.twilio.com/docs/errors/{code}"


class Refused(Exception):
    """An error of the REST API: HTTP status, Twilio's code, a sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": MORE.format(code=self.code),
            "status": self.status,
        }


class Impossible(Exception):
    """Somebody tried what their telephone would not let them do; `status` is the control API's."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


def unauthorized() -> Refused:
    return Refused(401, 20003, "Authenticate")


def not_found(path: str) -> Refused:
    return Refused(404, 20404, f"The requested resource {path} was not found")


def too_many_requests() -> Refused:
    return Refused(429, 20429, "Too Many Requests")


def server_error() -> Refused:
    return Refused(500, 20500, "Internal Server Error")


def unavailable() -> Refused:
    return Refused(503, 20503, "Service unavailable")


def unknown_parameter(name: str) -> Refused:
    """Twilio overlooks some of these; here an unknown name is always a mistake."""
    return Refused(400, 20001, f"Unknown parameter: {name}")


def bad_value(name: str, value: str) -> Refused:
    return Refused(400, 20001, f"Invalid value for {name}: {value[:60]}")
