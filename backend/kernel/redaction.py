"""Takes telephone numbers, identity numbers and e-mail addresses out of free text before others read it.

It would rather hide a meter number than show a telephone number: every run of seven or more digits goes, however it is
written, unless it is plainly a date, a door or the numbers of public services.
"""

import re

MASK = "***"

# Digits of all scripts, Chinese numerals (with the "yao" that telephones say for one), circled digits.
_CHINESE_NUMERALS = r"\u96f6\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a"
_DIGIT = rf"[\d{_CHINESE_NUMERALS}\u24ea\u2460-\u2468]"
# Spaces, dashes, dots and brackets, and the invisible marks that emoji keycaps and copied web text carry.
_SPACES = r" \t\u00a0\u2009\u3000"
_SIGNS = r"\-\u2010-\u2015\u2212\uff0d._\u00b7\u30fb()\uff08\uff09"
_INVISIBLE = r"\u00ad\u200b-\u200f\u2060\ufe0f\ufeff\u20e3"
_BETWEEN = f"[{_SPACES}{_SIGNS}{_INVISIBLE}]"

_DATE = r"(?:19|20)\d\d(?P<dash>[-./])(?:0?[1-9]|1[0-2])(?P=dash)(?:0?[1-9]|[12]\d|3[01])(?![-./]?\d)"
_DOOR = r"(?<!\d)(?<!\d-)\d{1,2}-\d-\d{3,4}(?![-\d])"
_NUMBER = rf"[+\uff0b(\uff08]?{_DIGIT}(?:{_BETWEEN}{{0,3}}{_DIGIT}){{6,}}[Xx\uff38\uff58]?"
_EMAIL = r"[A-Za-z0-9._%+\-]{0,64}[@\uff20][A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}"

_PRIVATE = re.compile(rf"(?P<email>{_EMAIL})|(?P<plain>{_DATE}|{_DOOR})|(?P<number>{_NUMBER})")
_SERVICE_NUMBERS = frozenset(
    {"110", "119", "120", "122", "12110", "12315", "12345", "12348", "12355", "12369", "95598", "96110"}
)


def redact(text: str) -> str:
    """Return `text` with every telephone number, identity number and e-mail address replaced by `MASK`.

    Doing it twice changes nothing more.
    """
    return _PRIVATE.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    if found["plain"] is not None:
        return found["plain"]
    groups = found[0].split()
    return found[0] if _SERVICE_NUMBERS.issuperset(groups) else MASK
