"""Every block of code in README and docs does what the page says of it.

How a block is marked stands in ``docs/CONTRIBUTING.md``, under "Pages that run". Where ``KQMANIFEST_REWRITE`` is set, what the pages
show is made what the blocks print, and the pictures what the blocks draw.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from folders import TOP
from markdown_it import MarkdownIt

import kqmanifest
from kqmanifest.cli import main
from kqmanifest.difference import KINDS
from kqmanifest.languages import ENGLISH, LANGUAGES
from kqmanifest.languages.starters import STARTERS
from kqmanifest.limits import DEFAULT
from kqmanifest.model.values import Model

EXAMPLES = Path("docs/examples")
FOUND = (
    TOP / "README.md",
    *sorted((TOP / "docs").glob("*.md")),
    *(page for one in LANGUAGES for page in sorted((TOP / "docs" / one).glob("*.md"))),
)
PAGES = {page.relative_to(TOP).as_posix(): page.read_text("utf-8") for page in FOUND}
LOCALES = {f"docs/{language}": f"{language}.UTF-8" for language in LANGUAGES if language != ENGLISH}
"""What the readers of a folder's pages have their system set to; all others, ``C.UTF-8``."""
OURS = re.compile(r"\s*python -m kqmanifest (?P<arguments>[^|&;<>$*?~`\\]+)(?P<joined> 2>&1)?(?: < (?P<file>[\w./-]+))?\s*")
"""A command that needs no shell, and no process of its own: there are hundreds. What is quoted is blanked."""
QUOTED = re.compile(r"'[^']*'|\"[^\"$`\\]*\"")
SHELLS = re.compile(r"\|\||[;&$`\\]")
"""What only a shell can do, but for pipes."""
MARK = re.compile(r"<!--\s*(file|output|exit|not run)(?::\s*(.*?))?\s*-->")
PICTURE = re.compile(r"!\[[^\]]*\]\(((?:[\w.-]+/)*pictures/[\w./-]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the line of its fence, and the mark above it."""

    language: str
    text: str
    line: int
    mark: str = ""
    argument: str = ""


def blocks(page: str) -> Iterator[Block]:
    """Read the fenced blocks of a page, each with the comment that stands right above it."""
    mark = argument = ""
    for token in MarkdownIt("commonmark").parse(page):
        found = MARK.match(token.content) if token.type == "html_block" else None
        if token.type == "code_block":
            raise AssertionError(f"line {_line(token)}: indented code has no language; fence it")
        if token.type == "fence":
            yield Block(token.info, token.content, _line(token), mark, argument)
        mark, argument = (found[1], found[2] or "") if found else ("", "")


def _line(token: Any) -> int:
    return int(token.map[0]) + 1


@dataclass(slots=True)
class Reading:
    """A reader who does what a page says, from its top to its end, in a folder of their own."""

    folder: Path
    names: dict[str, Any]
    locale: str = "C.UTF-8"
    printed: str = ""  # by the last block, and not shown yet

    def read(self, page: str) -> str:
        """Do what each block says; give the page as it would be if every block showed what is.

        Raises:
            AssertionError: a block does not do what the page says.
        """
        lines = page.splitlines(keepends=True)
        for block, true in reversed([*self._done(page)]):
            lines[block.line : block.line + block.text.count("\n")] = true
        return "".join(lines)

    def _done(self, page: str) -> Iterator[tuple[Block, list[str]]]:
        found = [*blocks(page)]
        for block, after in itertools.zip_longest(found, found[1:]):
            yield block, self._do(block, shown_below=after is not None and after.mark == "output").splitlines(keepends=True)

    def _do(self, block: Block, *, shown_below: bool) -> str:
        where = f"line {block.line}"
        if block.mark == "output":
            printed, self.printed = self.printed, ""
            assert printed, f"{where}: the block above prints nothing"
            return printed if printed.endswith("\n") else f"{printed}\n"
        if block.mark == "not run":
            assert block.argument, f"{where}: a block that is not run says why"
        elif block.mark == "file":
            return self._write(block)
        elif block.language == "console":
            return self._type(block, shown_below=shown_below)
        elif block.language == "python":
            self._run(block)
        else:
            raise AssertionError(f"{where}: a block of {block.language or 'no language'} says what it is: a file, an output, or not run")
        assert shown_below or not self.printed, f"{where}: this prints more than the page shows: {self.printed}"
        return block.text

    def _write(self, block: Block) -> str:
        path = self.folder / block.argument
        if not path.is_relative_to(self.folder / EXAMPLES):
            path.write_text(block.text, "utf-8")
        return path.read_text("utf-8")

    def _type(self, block: Block, *, shown_below: bool) -> str:
        assert block.text.startswith("$ "), f"line {block.line}: a console block begins with a command"
        commands = [turn.partition("\n")[0] for turn in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]]
        expected_exits = [0] * (len(commands) - 1) + [int(block.argument) if block.mark == "exit" else 0]
        session = []
        for command, expected in zip(commands, expected_exits, strict=True):
            code, self.printed = self._piped(command)
            assert code == expected, f"line {block.line}: `{command}` ends with {code}: {self.printed}"
            assert "Traceback" not in self.printed, f"line {block.line}: `{command}` fails: {self.printed}"
            session += [f"$ {command}\n", self.printed if self.printed.endswith("\n") or not self.printed else f"{self.printed}\n"]
        if shown_below:
            return "".join(session[:-1])
        self.printed = ""
        return "".join(session)

    @property
    def _environment(self) -> dict[str, str]:
        return {"COLUMNS": "80", "LANG": self.locale}

    def _piped(self, command: str) -> tuple[int, str]:
        """Run a line: what is ours within this process, what stands around it in pipes in a shell, or all of it there."""
        blank = QUOTED.sub(lambda quoted: "q" * len(quoted[0]), command)
        ends = [found.start() for found in re.finditer(r"\|", blank)]
        stages = [slice(start, end) for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(command)], strict=True)]
        ours = [OURS.fullmatch(blank[stage]) for stage in stages]
        if not any(ours) or SHELLS.search(blank.replace("2>&1", "")):
            return self._shell(command)
        code, passed, printed = 0, "", ""
        for stage, match in zip(stages, ours, strict=True):
            if match is None:
                code, passed = self._shell(command[stage], passed)
                continue
            given = (self.folder / match["file"]).read_text("utf-8") if match["file"] else passed
            arguments = shlex.split(command[stage][match.start("arguments") : match.end("arguments")])
            code, passed, told = self._ask(arguments, given, together=bool(match["joined"]) or stage == stages[-1])
            printed += told
        return code, printed + passed

    def _ask(self, arguments: list[str], text: str, *, together: bool) -> tuple[int, str, str]:
        said = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        told = said if together else io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
            for name, value in self._environment.items():
                patch.setenv(name, value)
            code = main(arguments)
        said.seek(0)
        told.seek(0)
        return code, said.read(), "" if together else told.read()

    def _shell(self, command: str, text: str = "") -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", f'python() {{ "$PYTHON" "$@"; }}\n{command}'],  # noqa: S607 - whichever shell the system has
            cwd=self.folder,
            input=text,
            env=os.environ
            | self._environment
            | {
                "PYTHONUTF8": "1",  # whether or not the system has that locale
                "PYTHON": sys.executable,
                "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout

    def _run(self, block: Block) -> None:
        said = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(said):
            exec(compile("\n" * block.line + block.text, "page", "exec"), self.names)  # noqa: S102 - running it is the test
        self.printed = said.getvalue()


@pytest.fixture
def reader(tmp_path: Path) -> Reading:
    if (TOP / EXAMPLES).exists():
        shutil.copytree(TOP / EXAMPLES, tmp_path / EXAMPLES)
    return Reading(tmp_path, {"__name__": "__main__"})


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(page: str, reader: Reading) -> None:
    folder = Path(page).parent
    reader.locale = LOCALES.get(folder.as_posix(), reader.locale)
    true = reader.read(PAGES[page])
    drawn = {TOP / folder / picture: reader.folder / Path(picture).name for picture in PICTURE.findall(true)}
    drawn = {shown: made for shown, made in drawn.items() if made.exists()}
    if os.environ.get("KQMANIFEST_REWRITE"):
        (TOP / page).write_text(true, "utf-8")
        for shown, made in drawn.items():
            shown.parent.mkdir(exist_ok=True)
            shutil.copyfile(made, shown)
    else:
        assert PAGES[page] == true
        assert not [shown.name for shown, made in drawn.items() if shown.read_bytes() != made.read_bytes()], "a page shows another picture"


@pytest.mark.parametrize("page", [page for page in PAGES if Path(page).parent.as_posix() in LOCALES])
def test_a_page_teaches_the_same_in_every_language(page: str) -> None:
    english = f"docs/{Path(page).name}"
    assert [*map(_taught, blocks(PAGES[page]))] == [*map(_taught, blocks(PAGES[english]))]
    assert f"]({Path(page).relative_to('docs').as_posix()})" in PAGES[english], "the English page has no link to it"


def _taught(block: Block) -> tuple[str, ...]:
    """Give what a block has in every language: files without their comments, of a session what is typed."""
    typed = re.findall(r"^\$ .*", block.text, flags=re.MULTILINE) if block.language == "console" else []
    held = re.sub(r" *#.*", "", block.text) if block.mark == "file" else ""
    return (block.language, block.mark, block.argument, *typed, held)


def test_the_pictures_that_are_there_are_those_that_pages_show() -> None:
    shown = {Path(os.path.normpath(TOP / page / ".." / picture)) for page, text in PAGES.items() for picture in PICTURE.findall(text)}
    assert {*(TOP / "docs").glob("**/pictures/*.svg")} == shown


def test_the_bounds_of_reading_are_as_told() -> None:
    assert f"more than {DEFAULT.depth} levels of nesting" in PAGES["docs/reading.md"]


def helped(*command: str) -> str:
    """Give what a command says of itself."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert not end.value.code
    return said.getvalue()


COMMANDS = re.findall(r"^    ([a-z][a-z-]*)", helped(), flags=re.MULTILINE)
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGES["docs/command-line.md"], flags=re.MULTILINE))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_told(command: str) -> None:
    help_ = helped(command).partition("\nexamples:\n")[0]
    told = f"{SECTIONS[command]}{SECTIONS['What several commands take']}"
    assert not [option for option in set(re.findall(r"--[a-z-]+", help_)) - {"--help"} if f"`{option}" not in told]
    choices = {(option, choice) for option, all_ in re.findall(r"(--(?!lang)[a-z-]+) \{(.+?)\}", help_) for choice in all_.split(",")}
    assert not [one for one in choices if "`{} {}`".format(*one) not in told]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_listed(command: str) -> None:
    assert f"| [`{command}`](#{command}) |" in PAGES["docs/command-line.md"]


@pytest.mark.parametrize(("command", "names"), [("diff", KINDS), ("init", STARTERS)])
def test_every_name_that_an_option_takes_is_told_in_its_order(command: str, names: Iterable[str]) -> None:
    assert re.findall(r"^\| `([a-z][a-z-]*)` \|", SECTIONS[command], flags=re.MULTILINE) == [*names]


@pytest.mark.parametrize("call", [kqmanifest.build, kqmanifest.render, kqmanifest.check, kqmanifest.inspect, kqmanifest.load])
def test_every_argument_is_told(call: Callable[..., object]) -> None:
    named = [name for name, one in inspect.signature(call).parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    assert not [name for name in named if f"{name}=" not in PAGES["docs/python.md"]]


@pytest.mark.parametrize("name", kqmanifest.__all__)
def test_the_interface_has_a_place_in_the_documentation(name: str) -> None:
    value = getattr(kqmanifest, name)
    assert inspect.isclass(value) or name in PAGES["docs/python.md"]
    assert not inspect.isclass(value) or issubclass(value, Model) or name in PAGES["docs/python.md"]  # models are in the spec reference


NOT_RUN = {f"{page}:{block.line}": block.argument for page, text in PAGES.items() for block in blocks(text) if block.mark == "not run"}


@pytest.mark.parametrize("place", NOT_RUN)
def test_a_block_that_is_not_run_says_why(place: str) -> None:
    assert len(NOT_RUN[place].split()) > 1
    pytest.skip(NOT_RUN[place])  # so that the summary of the tests lists them


HONEST = """
<!-- file: a.txt -->
```text
one
```

```console
$ cat a.txt
one
```

<!-- not run: nobody is there -->
```sh
mail
```

```console
$ cat a.txt
one
$ python -c 'print(2)'
```

<!-- output -->
```text
2
```

<!-- exit: 3 -->
```console
$ cat a.txt; exit 3
one
```

```python
word = "three"
```

```python
print(word)
```

<!-- output -->
```text
three
```

<!-- not run: it has no end -->
```sh
sleep infinity
```
"""


def test_an_honest_page_is_as_it_should_be(reader: Reading) -> None:
    assert reader.read(HONEST) == HONEST


@pytest.mark.parametrize(("locale", "said"), [("C.UTF-8", "hint"), ("ja_JP.UTF-8", "ヒント")])
@pytest.mark.parametrize("command", ["python -m kqmanifest check a.yaml", "cat a.yaml | python -m kqmanifest check -"])
def test_a_reader_is_told_in_their_language(command: str, locale: str, said: str, reader: Reading) -> None:
    reader.locale = locale
    page = "<!-- file: a.yaml -->\n```yaml\nkind: Pot\n```\n\n<!-- exit: 1 -->\n```console\n$ {}\n```\n"
    assert f"\n  {said}: " in reader.read(page.format(command))


OUTDATED = [
    ("$ cat a.txt\none", "$ cat a.txt\ntwo"),
    ("$ cat a.txt\none", "$ cat a.txt"),
    ("exit 3\none", "exit 3\none\nand more"),
    ("```text\n2", "```text\n3"),
    ("```text\nthree", "```text\n3"),
    ("```text\n2\n", "```text\n"),
]


@pytest.mark.parametrize(("true", "false"), OUTDATED)
def test_what_a_page_shows_can_be_made_true(true: str, false: str, reader: Reading) -> None:
    outdated = HONEST.replace(true, false)
    assert outdated != HONEST
    assert reader.read(outdated) == HONEST


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("cat a.txt; exit 3", "cat a.txt"),
        ("<!-- file: a.txt -->", ""),
        ("<!-- output -->", ""),
        (": it has no end", ""),
        ("$ cat a.txt\n", "cat a.txt\n"),
        ('word = "three"', 'print("three")'),
        ("print(word)", "word"),
        ("sleep infinity\n```\n", "sleep infinity\n```\n\n    sleep infinity\n"),
        ("<!-- not run: it has no end -->\n```sh\nsleep infinity\n", "```python\nprint(word)\n"),
    ],
)
def test_a_page_that_lies_is_told(true: str, false: str, reader: Reading) -> None:
    assert true in HONEST
    with pytest.raises(AssertionError):
        reader.read(HONEST.replace(true, false))


def test_an_example_on_a_page_is_the_file_of_its_name(reader: Reading) -> None:
    (reader.folder / EXAMPLES).mkdir(parents=True, exist_ok=True)
    (reader.folder / EXAMPLES / "a.json").write_text("{}\n", "utf-8")
    page = "<!-- file: docs/examples/a.json -->\n```json\n{}\n```\n"
    assert reader.read(page) == page
    assert reader.read(page.replace("{}", "[]")) == page
