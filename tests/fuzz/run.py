"""A coverage-guided fuzzer, to run for as long as one likes: ``pip install -e '.[dev,fuzz]'``, then ``python tests/fuzz/run.py``.

It begins with every example that the repository has, and keeps what reaches new code in ``--corpus``, so that a later run goes on where
this one ends. What breaks a promise is written to ``--findings``, one file for each place, with what is wrong beside it; the run goes on.
``python tests/fuzz/run.py FILE…`` tries inputs again, one after another, without the fuzzer, and shows where they fail.
All that follows ``--`` is libFuzzer's own, such as ``-max_total_time=3600`` or ``-runs=100000``.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import pathlib
import sys
import time
import traceback
from typing import Any

TESTS = pathlib.Path(__file__).parent.parent
ROOT = TESTS.parent
sys.path.insert(0, str(TESTS))


def main() -> None:
    """Fuzz, or try inputs again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("again", nargs="*", type=pathlib.Path, metavar="FILE", help="try these inputs again, and fuzz nothing")
    parser.add_argument("--corpus", type=pathlib.Path, default=pathlib.Path("build/fuzz/corpus"), help="what reaches new code")
    parser.add_argument("--findings", type=pathlib.Path, default=pathlib.Path("build/fuzz/findings"), help="what breaks a promise")
    parser.add_argument("--only", choices=("reading", "command", "values"), help="fuzz this alone")
    given = sys.argv[1:]
    split = given.index("--") if "--" in given else len(given)
    options = parser.parse_args(given[:split])
    if options.again:
        from fuzz.targets import try_any  # noqa: PLC0415  the fuzzer must load it in its own way

        for file in options.again:
            try_any(file.read_bytes())
        return
    fuzz(options.corpus, options.findings, options.only, given[split + 1 :])


def fuzz(corpus: pathlib.Path, findings: pathlib.Path, only: str | None, options: list[str]) -> None:
    """Run the fuzzer until it is stopped, or until its options end it."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: PLC0415  it is not installed for the rest

    with atheris.instrument_imports(include=["kqmanifest", "yaml"]):
        from fuzz import targets  # noqa: PLC0415  imported so, it is watched
    from fuzz.seeds import seeds, words  # noqa: PLC0415  as above

    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        corpus.joinpath(hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    dictionary = findings.with_name("words.txt")
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in words()), "utf-8")
    known: set[str] = set()
    target = functools.partial(targets.try_any, only=only)

    def one(data: Any) -> None:
        try:
            target(bytes(data))
        except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
            _note(error, bytes(data), findings, known)

    own = [f"-dict={dictionary}", "-max_len=8192", "-timeout=600", "-rss_limit_mb=3072", f"-artifact_prefix={findings}/"]
    atheris.Setup([sys.argv[0], *own, *options, str(corpus)], one)
    atheris.Fuzz()


def _note(error: Exception, data: bytes, findings: pathlib.Path, known: set[str]) -> None:
    """Keep an input that breaks a promise, the first for each place."""
    place = [f"{pathlib.Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)][-1]
    what = f"{type(error).__name__} {place} {error if type(error).__name__ == 'Broken' else ''}".strip()
    name = hashlib.sha256(what.encode(errors="replace")).hexdigest()[:16]
    if name in known or (findings / name).exists():
        return
    known.add(name)
    (findings / name).write_bytes(data)
    when = time.strftime("%Y-%m-%d %H:%M:%S")
    told = "".join(traceback.format_exception(error))
    (findings / f"{name}.txt").write_text(f"{when}\n{what}\n{told}", "utf-8", errors="backslashreplace")
    sys.stderr.write(f"FOUND {what[:200]!a}: {findings / name}\n")


def _escaped(word: str) -> str:
    return "".join(chr(one) if 32 <= one < 127 and one not in b'"\\' else f"\\x{one:02x}" for one in word.encode())


if __name__ == "__main__":
    main()
