"""What a name means: that its value is secret, that environment variables are below it, that it is such a variable."""

from __future__ import annotations

import functools
import re
from typing import Final

from kqmanifest.vocabulary.spelling import nearest

KINDS: Final = (
    r"(?:passw(?:or)?d|passphrase|passcode|pwd|pw|token|credential|authorization|cookie|connection[-_]?string|jwt|dsn"
    r"|(?:secret|api|access|private|account|shared|storage|encryption|signing|session|license|auth)[-_]?key)s?"
    r"|secret|dockerconfigjson|dockercfg|htpasswd|(?<![A-Za-z])(?:pass|auth|creds?)"
)
"""How the names of secrets end, as a case-insensitive pattern."""
_NAME: Final = re.compile(rf"(?:{KINDS})\d*\Z", re.IGNORECASE)
_OPTION: Final = re.compile(rf"--?(?:[\w-]*[-_])?(?:{KINDS}|storepass|keypass|requirepass|masterauth)", re.IGNORECASE)
_LETTERS: Final = frozenset({"-p", "-P", "-a", "-w", "-W", "-u", "-U", "-k", "-e", "-E", "--env", "--build-arg", "--from-literal"})
"""Options by which some program takes a password or a variable."""
_ENV: Final = re.compile(
    r"envs?|env[-_]?vars?|environ|environments?|environment[-_]?variables?|evn|nev|variables?|vars|build[-_]?args?", re.IGNORECASE
)
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]+\Z")
_LONGEST: Final = 256
"""Most characters of a name; what is longer is not one."""


def is_secret(name: str) -> bool:
    """Return whether a name is that of a secret: ``dbPassword``, ``API_KEY``, ``token2``."""
    return _NAME.search(name[-_LONGEST:]) is not None


@functools.lru_cache(maxsize=4096)
def is_environment(name: str) -> bool:
    """Return whether a key holds environment variables, or was meant to: ``env``, ``evn``, ``enviroment``, ``variables``."""
    if len(name) > _LONGEST:
        return False
    return _ENV.fullmatch(name) is not None or nearest(name, ("environment", "environmentVariables")) is not None


def is_variable(name: str) -> bool:
    """Return whether something is called as only environment variables are: ``DB_HOST``."""
    return _VARIABLE.match(name) is not None


@functools.lru_cache(maxsize=4096)
def is_secret_kind(kind: str) -> bool:
    """Return whether a kind is a Secret, or was meant to be one: ``secret``, ``Secrets``, ``Sercet``."""
    return len(kind) <= _LONGEST and nearest(kind, ("Secret",)) is not None


def takes_secret(word: str) -> bool:
    """Return whether a word of a command is an option whose value, the next word, may be a secret: ``--db-password``, ``-p``."""
    return word in _LETTERS or (word.startswith("-") and _OPTION.fullmatch(word[:_LONGEST]) is not None)
