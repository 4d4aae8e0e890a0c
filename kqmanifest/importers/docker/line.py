"""A line of ``docker run``: its options, in order, its image, and the arguments after that."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.importers.docker.options import ALIASES, FLAGS, GLOBAL_VALUED, LETTERS, NAMES, VALUED
from kqmanifest.importers.shell import Place, Script, Word
from kqmanifest.vocabulary.spelling import nearest

NO_DOCKER_RUN: Final = Fault(
    "KQ0310",
    "there is no `docker run` here",
    (
        "write the service of {compose} as a `docker run`: its image, ports, volumes and variables are in the Compose file",
        "begin the line with `docker run`",
    ),
)
SECOND_DOCKER_RUN: Final = Fault("KQ0311", "this is a second `docker run`", ("import one line at a time",))
UNKNOWN_OPTION_OF_DOCKER_RUN: Final = Fault(
    "KQ0312", "docker run has no option {option}", ("did you mean {near}?", "remove it: `docker run --help` lists all options")
)
OPTION_WITHOUT_A_VALUE: Final = Fault("KQ0313", "{option} needs a value, and nothing follows it", ("write the value after {option}",))
NEITHER_TRUE_NOR_FALSE: Final = Fault(
    "KQ0314", "{option} must be true or false, and is {value}", ("write {option} alone, or {option}=false",)
)
MISSING_IMAGE: Final = Fault("KQ0315", "the image is missing", ("write the image after the options",))
LINE_ENDS_TOO_EARLY: Final = Fault(
    "KQ0339", "{word} is after the end of the line, and never reaches docker", ("end the line above with \\",)
)

OTHER_COMMAND_LEFT_OUT: Final = Fault("KQ4302", "{command} is another command, and is left out", severity="warning")
WORD_BEFORE_DOCKER_LEFT_OUT: Final = Fault(
    "KQ4303", "{word} is for the program that starts the container, and is left out", severity="warning"
)

_PROGRAMS: Final = frozenset({"docker", "podman", "nerdctl", "finch", "nvidia-docker"})
_SKIPPED: Final = frozenset({"$", "%", "!", "{", "do", "else", "elif", "if", "then", "until", "while"})
"""A prompt, and keywords of the shell that another command follows."""
_IDLE: Final = frozenset({"}", "done", "fi", "true", ":"})
"""Words of the shell that do nothing by themselves."""
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*\+?=", re.ASCII)
_BEFORE: Final = frozenset({"sudo", "doas", "command", "env", "exec", "nohup", "time", "winpty"})
"""Programs that start the one after them."""
_MEANT: Final = {"port": "publish", "ports": "publish"}
_RUNS: Final = (("run",), ("create",), ("container", "run"), ("container", "create"))
TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})
FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})
_DASHES: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """One option as it was given: its name without dashes, its value (``"true"`` or ``"false"`` for a flag), its place."""

    name: str
    value: str
    place: Place
    written: str

    def tell(self, fault: Fault, **values: object) -> Diagnostic:
        """State a fault at the option; its sentence may name the ``option``."""
        return self.place.tell(fault, option=self.written, **values)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """What one ``docker run`` line contains."""

    given: tuple[Given, ...]
    image: Word | None
    arguments: tuple[Word, ...]
    start: Place
    nvidia: bool = False
    """Whether the program is ``nvidia-docker``, which gives all GPUs."""

    def all(self, *names: str) -> tuple[Given, ...]:
        """Return the options of these names, in the order of the line."""
        return tuple(one for one in self.given if one.name in names)

    def last(self, name: str) -> Given | None:
        """Return the option that takes effect where only one can: docker uses the last."""
        return next((one for one in reversed(self.given) if one.name == name), None)

    def on(self, name: str) -> Given | None:
        """Return a flag if it is on."""
        last = self.last(name)
        return last if last and last.value == "true" else None

    @property
    def files(self) -> tuple[str, ...]:
        """Return the names of the files that it reads."""
        return tuple(one.value for one in self.all("env-file", "label-file"))

    def value(self, name: str) -> str | None:
        """Return the value that takes effect."""
        last = self.last(name)
        return last.value if last else None


def read(script: Script, source: str) -> tuple[Line | None, tuple[Diagnostic, ...]]:
    """Find the one run among the commands of a script, and read its options; faults in other commands are dropped."""
    found: list[Diagnostic] = []
    line: Line | None = None
    others: list[tuple[Word, ...]] = []
    for words in script.commands:
        split = _split(words)
        if split is None:
            others.append(words)
        elif line is not None:
            found.append(words[0].place.tell(SECOND_DOCKER_RUN))
        else:
            before, rest, nvidia = split
            found += (word.place.tell(WORD_BEFORE_DOCKER_LEFT_OUT, word=_bare(word)) for word in before)
            line = _Options(rest, found).line(words[0].place, nvidia=nvidia)
    if line is None:
        first = others[0][0].place if others else Place(source, 1, 1)
        compose = next(filter(None, map(_compose, others)), None)
        return None, (first.tell(NO_DOCKER_RUN, compose=compose), *script.found)
    found += filter(None, (_left_out(words, line) for words in others))
    return line, (*script.found_outside(others), *found)


def _bare(word: Word) -> str:
    """Return a word up to its value, which may be secret."""
    return word.text.partition("=")[0]


def _left_out(words: Sequence[Word], line: Line) -> Diagnostic | None:
    """Report a command beside the run, with the subcommand if it is docker's; None for one that only sets variables, or nothing."""
    said = [*itertools.dropwhile(lambda word: word.text in _SKIPPED | _IDLE, words)]
    if all(_ASSIGNMENT.match(word.text) for word in said):
        return None
    command, *rest = said
    if command.text.startswith("-") and command.place.line > line.start.line:
        return command.place.tell(LINE_ENDS_TOO_EARLY, word=_bare(command))
    told = [command, *rest[:1]] if _program(command) in _PROGRAMS and rest and rest[0].text.isalpha() else [command]
    return command.place.tell(OTHER_COMMAND_LEFT_OUT, command=" ".join(map(_bare, told)))


def _compose(words: Sequence[Word]) -> str | None:
    """Return how a command calls Docker Compose; None where it does not."""
    written = [word.text for word in words[:4]]
    if "docker-compose" in written:
        return "docker-compose"
    return "docker compose" if ("docker", "compose") in itertools.pairwise(written) else None


def _program(word: Word) -> str:
    """Return the name of a program without its path."""
    return re.split(r"[/\\]", word.text)[-1].removesuffix(".exe")


def _split(words: Sequence[Word]) -> tuple[list[Word], Sequence[Word], bool] | None:
    """Split a command into the words before ``docker run`` and its options; None if it is another command."""
    before: list[Word] = []
    at, wrapped = 0, False
    while at < len(words):
        text = words[at].text
        if text in _BEFORE:
            wrapped = True
        elif "=" in text.partition("/")[0] or (wrapped and text.startswith("-")):
            before.append(words[at])
        elif text not in _SKIPPED:
            break
        at += 1
    program = _program(words[at]) if at < len(words) else ""
    if program not in _PROGRAMS:
        return None
    at += 1
    while at < len(words) and words[at].text.startswith("-"):
        before.append(words[at])
        at += 2 if words[at].text in GLOBAL_VALUED else 1
    rest = [word.text for word in words[at : at + 2]]
    run = next((run for run in _RUNS if tuple(rest[: len(run)]) == run), None)
    return None if run is None else (before, words[at + len(run) :], program == "nvidia-docker")


class _Options:
    """Reads the options before the image, as docker's own parser does: the first word that is not an option ends them."""

    def __init__(self, words: Sequence[Word], found: list[Diagnostic]) -> None:
        self.words, self.found, self.at = words, found, 0

    def line(self, start: Place, *, nvidia: bool) -> Line:
        given: list[Given] = []
        while self.at < len(self.words):
            word = self.words[self.at]
            if word.text == "--":
                self.at += 1
                break
            if word.text[:1] not in tuple(_DASHES) or word.text == "-":
                break
            self.at += 1
            if word.text[0] == "-":  # a character that only looks like a dash has been reported
                given += self.long(word) if word.text.startswith("--") else self.short(word)
        image = self.words[self.at] if self.at < len(self.words) else None
        if image is None or not image.text:
            self.found.append((image.place if image else start).tell(MISSING_IMAGE))
        return Line(tuple(given), image, tuple(self.words[self.at + 1 :]), start, nvidia)

    def long(self, word: Word) -> Iterator[Given]:
        written, equals, value = word.text.partition("=")
        name = ALIASES.get(written[2:], written[2:])
        if name not in NAMES:
            self.unknown(word, written)
        elif name in FLAGS:
            yield from self.flag(name, value if equals else "true", word, written)
        elif equals:
            yield from self.valued(name, word, word, value, written)
        else:
            yield from self.following(name, word, written)

    def short(self, word: Word) -> Iterator[Given]:
        rest = word.text[1:]
        while rest:
            letter, rest = rest[0], rest[1:]
            written = f"-{letter}"
            name = LETTERS.get(letter)
            if name is None:
                self.unknown(word, word.text.partition("=")[0] if rest and letter == word.text[1] else written)
                return
            if name in FLAGS:
                value, rest = (rest[1:], "") if rest.startswith("=") else ("true", rest)
                yield from self.flag(name, value, word, written)
            elif rest:
                yield from self.valued(name, word, word, rest.removeprefix("="), written)
                return
            else:
                yield from self.following(name, word, written)

    def flag(self, name: str, value: str, word: Word, written: str) -> Iterator[Given]:
        if value in TRUE | FALSE:
            yield Given(name, "true" if value in TRUE else "false", word.place, written)
        elif word.known:
            self.found.append(word.place.tell(NEITHER_TRUE_NOR_FALSE, option=written, value=value))

    def following(self, name: str, word: Word, written: str) -> Iterator[Given]:
        if self.at == len(self.words):
            self.found.append(word.place.tell(OPTION_WITHOUT_A_VALUE, option=written))
            return
        value = self.words[self.at]
        self.at += 1
        yield from self.valued(name, word, value, value.text, written)

    def valued(self, name: str, word: Word, holder: Word, value: str, written: str) -> Iterator[Given]:
        if holder.known:  # what a shell would replace has been reported
            yield Given(name, value, holder.place if holder is not word else word.place, written)

    def unknown(self, word: Word, written: str) -> None:
        near = _near(written.lstrip("-")) if len(written) > 2 else None  # noqa: PLR2004  a dash and a letter are no word
        self.found.append(word.place.tell(UNKNOWN_OPTION_OF_DOCKER_RUN, option=written, near=near and f"--{near}"))
        followed = self.at + 1 < len(self.words) and not self.words[self.at].text.startswith("-")
        if near in VALUED and "=" not in word.text and followed:
            self.at += 1  # the value of the option that is meant, and not the image


def _near(written: str) -> str | None:
    """Find the option that may be meant: by another name of it, by its spelling, by its beginning."""
    meant = _MEANT.get(written, ALIASES.get(written, written))
    if meant in NAMES:
        return meant
    longer = [name for name in NAMES if name.startswith(written)]
    shorter = [name for name in NAMES if len(name) > 2 and written.startswith(name)]  # noqa: PLR2004  of two letters any word may begin
    return nearest(written, NAMES) or min(longer, key=lambda name: (len(name), name), default=None) or max(shorter, key=len, default=None)
