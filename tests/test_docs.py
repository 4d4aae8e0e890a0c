"""Every block of code in README and docs does what the page says of it.

How a block is marked stands in ``docs/CONTRIBUTING.md``, under "Pages that run".
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

TOP = Path(__file__).parent.parent
EXAMPLES = Path("docs/examples")
PAGES = {page.relative_to(TOP).as_posix(): page.read_text("utf-8") for page in (TOP / "README.md", *sorted((TOP / "docs").glob("*.md")))}
MARK = re.compile(r"<!--\s*(file|output|exit|not run)(?::\s*(.*?))?\s*-->")


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
    printed: str = ""  # by the last block, and not shown yet

    def read(self, page: str) -> None:
        """Do what each block says.

        Raises:
            AssertionError: a block does not do what the page says.
        """
        for block in blocks(page):
            self._do(block)
        assert not self.printed, f"the last block prints more than the page shows: {self.printed}"

    def _do(self, block: Block) -> None:
        where = f"line {block.line}"
        if block.mark == "output":
            assert block.text.rstrip() == self.printed.rstrip(), f"{where}: this is not what the block above prints"
            self.printed = ""
            return
        assert not self.printed, f"{where}: the block above prints more than the page shows: {self.printed}"
        if block.mark == "not run":
            assert block.argument, f"{where}: a block that is not run says why"
        elif block.mark == "file":
            self._write(block)
        elif block.language == "console":
            self._type(block)
        elif block.language == "python":
            self._run(block)
        else:
            raise AssertionError(f"{where}: a block of {block.language or 'no language'} says what it is: a file, an output, or not run")

    def _write(self, block: Block) -> None:
        path = self.folder / block.argument
        if path.is_relative_to(self.folder / EXAMPLES):
            assert path.read_text("utf-8") == block.text, f"line {block.line}: {block.argument} reads otherwise"
        path.write_text(block.text, "utf-8")

    def _type(self, block: Block) -> None:
        assert block.text.startswith("$ "), f"line {block.line}: a console block begins with a command"
        session = [turn.partition("\n") for turn in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]]
        expected_exits = [0] * (len(session) - 1) + [int(block.argument) if block.mark == "exit" else 0]
        for (command, _, shown), expected in zip(session, expected_exits, strict=True):
            assert not self.printed, f"line {block.line}: a command prints more than the page shows: {self.printed}"
            code, self.printed = self._shell(command)
            assert code == expected, f"line {block.line}: `{command}` ends with {code}: {self.printed}"
            if shown:
                assert shown.rstrip() == self.printed.rstrip(), f"line {block.line}: `{command}` prints something else"
                self.printed = ""

    def _shell(self, command: str) -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 - the commands are the page's own
            ["sh", "-c", f'python() {{ "$PYTHON" "$@"; }}\n{command}'],  # noqa: S607 - whichever shell the system has
            cwd=self.folder,
            env=os.environ | {"PYTHON": sys.executable, "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"},
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
    reader.read(PAGES[page])


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


def test_an_honest_page_passes(reader: Reading) -> None:
    reader.read(HONEST)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("$ cat a.txt\none", "$ cat a.txt\ntwo"),
        ("$ cat a.txt\none", "$ cat a.txt"),
        ("cat a.txt; exit 3", "cat a.txt"),
        ("```text\n2", "```text\n3"),
        ("```text\nthree", "```text\n3"),
        ("<!-- file: a.txt -->", ""),
        ("<!-- output -->", ""),
        (": it has no end", ""),
        ("$ cat a.txt\n", "cat a.txt\n"),
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
    reader.read(page)
    with pytest.raises(AssertionError):
        reader.read(page.replace("{}", "[]"))
