"""What tells of a secret in any text: the name that it is given, an address with a password in it, the head of a private key."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from kqmanifest.spelling import nearest

MASK: Final = "•••"
"""What stands in the place of what is not shown."""

_KINDS: Final = (
    r"(?:passw(?:or)?d|passphrase|pwd|token|credential|authorization|(?:secret|api|access|private)[-_]?key)s?"
    r"|secret|(?<![A-Za-z])(?:pass|auth)"
)
_NAME: Final = re.compile(rf"(?:{_KINDS})\d*$", re.IGNORECASE)
_ENV: Final = re.compile(r"envs?|env[-_]?vars?|environments?|environment[-_]?variables?|evn|nev", re.IGNORECASE)
_OPTION: Final = re.compile(rf"--?(?:[\w-]*[-_])?(?:{_KINDS})", re.IGNORECASE)
_GIVEN: Final = re.compile(rf"(?<![\w-])(?:{_OPTION.pattern})[= ]\s*(?P<value>\S+)", re.IGNORECASE)
_TOLD: Final = re.compile(
    rf"""
    # Authorization: Basic x
      \b(?:bearer[ \t]+|authorization["'\\]*[ \t]*[:=][ \t]*["'\\]*)(?P<borne>[^"'\\\n]+)
    # password=x, "password": "x", \"password\": \"x\"; what begins with a bracket is no value, nor is what only says yes or no
    | (?:{_KINDS})\d*(?:\\?["'])?[ \t]*[:=][ \t]*
      (?:(?P<quote>\\?["'])(?P<quoted>[^\n]+?)(?P=quote)|(?!(?:true|false|null|~)\b)(?P<bare>[^\s"'\\{{\[&*|>\#][^\s"']*))
    # https://user:x@host
    | \w://[^\s/@:"']*:(?P<within>[^\s/@"']+)@
    # curl -u user:x, kubectl create secret generic … --from-literal=key=x
    | \bcurl\b(?:(?!\bcurl\b)[^\n|;&])*?\s(?:-u|--user)[= ]?["']?[^\s:"']+:(?P<user>[^\s"']+)
    | --from-literal[= ]["']?[^\s=]+=(?P<literal>[^\s"']+)
    | -----BEGIN[ A-Z]*PRIVATE\ KEY-----(?P<key>.+?)(?=-----END|\Z)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_BEHIND: Final = ",;)]}"
"""What ends a value that has no quotes, and is none of it."""


def is_secret(name: str) -> bool:
    """Say whether something is called a secret: ``dbPassword``, ``API_KEY``, ``token2``."""
    return _NAME.search(name) is not None


@functools.lru_cache(maxsize=4096)
def is_environment(name: str) -> bool:
    """Say whether a key holds environment variables, or was meant to: ``env``, ``evn``, ``enviroment``."""
    return _ENV.fullmatch(name) is not None or nearest(name, ("environment", "environmentVariables")) is not None


@functools.lru_cache(maxsize=4096)
def is_kind_of_secret(kind: str) -> bool:
    """Say whether a kind is a Secret, or was meant to be one: ``secret``, ``Secrets``, ``Sercet``."""
    return nearest(kind, ("Secret",)) is not None


def is_option(word: str) -> bool:
    """Say whether a word of a command is an option whose value, the next word, is a secret: ``--db-password``."""
    return _OPTION.fullmatch(word) is not None


def options_values(text: str) -> Iterator[tuple[int, int]]:
    """Find what is given to such options in a line of a shell."""
    return (found.span("value") for found in _GIVEN.finditer(text))


def veiled(text: str) -> str:
    """Put a mask in the place of what a text itself says to be secret."""
    shown, at = [], 0
    for begin, end in told(text):
        shown += [text[at:begin], MASK]
        at = end
    return "".join((*shown, text[at:]))


def told(text: str) -> Iterator[tuple[int, int]]:
    """Find what a text itself says to be secret, whatever it is: a file in a ConfigMap, a script, a comment."""
    for found in _TOLD.finditer(text):
        begin, end = found.span(found.lastgroup or 0)
        if found.lastgroup == "bare":
            end = begin + len(text[begin:end].rstrip(_BEHIND))
        yield begin, end
