"""What a text itself marks as secret, whatever it is: a file, a script, a line of a log, an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from kqmanifest.redaction.names import KINDS

Span: TypeAlias = "tuple[int, int]"

MASK: Final = "•••"
"""The mask in place of what is hidden."""

# No quantifier here is without a bound, and what has been looked at is not looked at again: the time is linear in the text.
_OPENING: Final = r"""(?:\\{0,4}["'])?"""
_TRIGGER: Final = re.compile(
    rf"""
      (?P<key>-----BEGIN[ A-Z]{{0,40}}PRIVATE\ KEY(?:\ BLOCK)?-----)
    | (?P<borne>\b(?:bearer[ \t]{{1,8}}|authorization["'\\]{{0,4}}[ \t]{{0,8}}[:=][ \t]{{0,8}}["'\\]{{0,4}}))
    # password=x, "password": "x", --password x, IDENTIFIED BY 'x'
    | (?P<told>(?:{KINDS})\d{{0,9}}{_OPENING}[ \t]{{0,8}}(?::=|=>|[:=])[ \t]{{0,8}})
    | (?<![\w-])(?P<option>--?(?:[a-z0-9]{{1,32}}[-_]){{0,4}}[a-z0-9]{{0,32}}?(?:{KINDS}|storepass|keypass|requirepass|masterauth)
        (?:[ \t]|\\\n|["']?,[ ]){{1,8}})
    | (?P<quoted>(?:\b(?:{KINDS})|\bidentified[ ]by)[ ]{{1,8}}(?=["']))
    # https://user:x@host, user:x@host
    | (?P<scheme>\w:(?:\\?/){{2}})(?=[^\s"'<>@]{{1,512}}@)
    | (?<![\w/.:+-])(?P<user>[\w.+-]{{1,64}}:)(?=[^\s"'/@<>{{][^\s"'/@<>]{{0,255}}@[\w\[])
    | (?P<query>[?&](?:sig|signature|code|x-amz-signature|x-amz-credential)=)
    # NAME=x, -e name=x
    | (?<![\w$%{{.-])(?P<variable>(?-i:[A-Z][A-Z0-9_]{{1,128}})=)
    | (?<![\w-])(?P<handed>(?:-e|--env(?:ironment)?|--build-arg|--from-literal)[ =]?[ \t]{{0,8}}["']?[\w./-]{{1,128}}[=:])
    # what is a secret by its looks
    | (?P<token>\b(?-i:gh[opusr]_\w{{16,255}}|github_pat_\w{{16,255}}|glpat-[\w-]{{16,255}}|xox[abprs]-[\w-]{{8,255}}
        |hf_[A-Za-z0-9]{{16,255}}|sk-[\w-]{{16,255}}|A(?:KI|SI)A[0-9A-Z]{{16}}|AIza[\w-]{{30,60}}|nvapi-[\w-]{{16,255}}|eyJ[\w-]{{8,4096}}\.[\w-]{{1,4096}}(?:\.[\w-]{{0,4096}})?))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PROGRAM: Final = re.compile(
    r"\b(?:curl|wget|https?(?=[ ])|mysql\w{0,16}|mariadb[\w-]{0,16}|redis-cli|valkey-cli|sshpass|ldap\w{1,16}|mongo\w{0,16}"
    r"|sqlcmd|bcp|smbclient|lftp|login|openssl|htpasswd|kinit|rabbitmqctl|mc)\b",
    re.IGNORECASE,
)
"""Programs that take a password after an option of one letter."""
_HANDED: Final = re.compile(
    r"""
      (?<![\w-])(?:-u|-U|--user|--proxy-user)["']?[=,]?[ ]?["']?[^\s:%,"']{1,128}[:%,](?P<user>[^\s"']{1,1024})
    | (?<![\w-])-p["']?[=,]?[ ]?["']?(?P<short>[^\s"']{1,1024})
    | (?<![\w-])-[aAwWP]["']?[=,]?[ ]?["']?(?P<letter>[^\s"']{1,1024})
    | \s(?:-b|add_user|change_password|alias\ set)\s(?:[^\s|;&]{1,256}\s){1,3}(?P<last>[^\s|;&]{1,1024})
    """,
    re.VERBOSE,
)
_COMMAND: Final = re.compile(r"(?:[^\n|;&\\]|\\.){0,4096}", re.DOTALL)
"""One command of a shell, across escaped line ends."""
_NO_PASSWORD: Final = {
    "curl": frozenset({"short", "letter", "last"}),
    "wget": frozenset({"short", "letter", "last"}),
    "http": frozenset({"short", "last"}),
    "https": frozenset({"short", "last"}),
    "redis-cli": frozenset({"user", "short", "last"}),
    "valkey-cli": frozenset({"user", "short", "last"}),
    "login": frozenset({"letter", "last", "user"}),
    "openssl": frozenset({"user", "short", "letter", "last"}),
    "mc": frozenset({"user", "short", "letter"}),
}
"""What an option is not to a program: ``-p`` a password to curl."""
_QUOTE: Final = re.compile(r"""\\{0,4}["']""")
_CREDENTIALS: Final = re.compile(r"[^\"'\\\n]*")
_ADDRESS: Final = re.compile(r"[^\s\"'<>]{1,1024}")
_PORT: Final = re.compile(r"[^/@:]{1,255}:\d{1,5}/")
_BARE: Final = re.compile(r"""(?!(?:true|false|null|~)\b)[^\s"'\\{\[&*|>\#<][^\s"']*""", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\$(?:\(\w{1,128}\)|\{\w{1,128}\}|\w{1,128})[,;)\]}]{0,8}\Z")
_FAR: Final = 4096
"""If quotes are not closed within this many characters, nothing after them is shown."""
_HARMLESS: Final = re.compile(r"(?:\d{1,3}|true|false|yes|no|on|off|info|debug|warn|warning|error)\Z", re.IGNORECASE)
"""Values of a variable that are not secret: switches."""
_NOT_A_USER: Final = frozenset({"mailto", "acct", "sip", "xmpp"})
_DIGEST: Final = re.compile(r"sha\d{3}:")
_BEHIND: Final = ",;)]}"
"""What ends a value without quotes, and is not part of it."""


def secrets_in(text: str) -> list[Span]:
    """Find what a text itself marks as secret, in order; the time is linear in the text."""
    return joined((*_find_labelled(text), *_find_arguments(text)))


def joined(spans: Iterable[Span]) -> list[Span]:
    """Merge spans that overlap, in order."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def _find_labelled(text: str) -> Iterator[Span]:
    at = 0
    while (found := _TRIGGER.search(text, at)) is not None:
        begin, end = _FINDERS[found.lastgroup or ""](text, found) or (0, 0)
        if begin < end:
            yield begin, end
        at = max(found.end(), end)


def _find_arguments(text: str) -> Iterator[Span]:
    """Find what programs are given, up to the ends of their commands."""
    at = 0
    while (program := _PROGRAM.search(text, at)) is not None:
        command = _COMMAND.match(text, program.end())
        at = command.end() if command else program.end()
        named = [program[0], *(found[0] for found in _PROGRAM.finditer(text, program.end(), at))]
        harmless = frozenset.intersection(*(_NO_PASSWORD.get(name.lower(), frozenset()) for name in named))
        for found in _HANDED.finditer(text, program.end(), at):
            if found.lastgroup not in harmless:
                yield found.span(found.lastgroup or 0)


def redact(text: str) -> str:
    """Mask what a text itself marks as secret."""
    shown, at = [], 0
    for begin, end in secrets_in(text):
        shown += [text[at:begin], MASK]
        at = end
    return "".join((*shown, text[at:])) if shown else text


def _key(text: str, found: re.Match[str]) -> Span:
    end = text.find("-----END", found.end())
    return found.end(), len(text) if end < 0 else end


def _borne(text: str, found: re.Match[str]) -> Span:
    ends = _CREDENTIALS.match(text, found.end())
    return found.end(), ends.end() if ends else found.end()


def _value(text: str, found: re.Match[str]) -> Span | None:
    """Return what is in quotes, wherever they are closed in the line; else the next word."""
    opened = _QUOTE.match(text, found.end())
    if opened is None:
        bare = _BARE.match(text, found.end())
        if bare is None or _REFERENCE.match(bare[0]):
            return None
        return found.end(), found.end() + len(bare[0].rstrip(_BEHIND))
    far = opened.end() + _FAR
    line = text.find("\n", opened.end(), far)
    closed = text.find(opened[0], opened.end(), far if line < 0 else line)
    return opened.end(), next((end for end in (closed, line) if end >= 0), len(text))


def _variable(text: str, found: re.Match[str]) -> Span | None:
    span = _value(text, found)
    return None if span is None or _HARMLESS.match(text[slice(*span)]) else span


def _address(text: str, found: re.Match[str]) -> Span | None:
    """Return the password of an address, or its user if there is no password: it is often a token."""
    whole = _ADDRESS.match(text, found.end())
    if whole is None or _PORT.match(whole[0]):
        return None
    authority = whole[0].partition("/")[0]
    user, colon, password = (authority if "@" in authority else whole[0]).rpartition("@")[0].partition(":")
    begin = whole.start() + len(user) + 1
    if colon and "/" not in user:
        return begin, begin + len(password)
    is_web = text[max(found.start() - 4, 0) : found.start() + 1].lower().endswith(("http", "https"))
    return (whole.start(), begin - 1) if is_web and "@" in authority and user != "git" else None


def _user(text: str, found: re.Match[str]) -> Span | None:
    word = _ADDRESS.match(text, found.end())
    if word is None or found["user"].rstrip(":").lower() in _NOT_A_USER:
        return None
    password, _, host = word[0].partition("/")[0].rpartition("@")
    return None if _DIGEST.match(host) else (word.start(), word.start() + len(password))


def _token(_: str, found: re.Match[str]) -> Span:
    return found.span()


_FINDERS: Final[dict[str, Callable[[str, re.Match[str]], Span | None]]] = {
    "key": _key,
    "borne": _borne,
    **dict.fromkeys(("told", "option", "quoted", "query", "handed"), _value),
    "scheme": _address,
    "user": _user,
    "variable": _variable,
    "token": _token,
}
