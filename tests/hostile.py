"""Anything that Python can pass, at any place of what is given to the library; and every call that must stand it."""

from __future__ import annotations

import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import json
import pathlib
import types
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

import yaml
from examples import examples

import kqmanifest as kq
from kqmanifest.model.values import Model
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets import kinds_of
from kqmanifest.rules import RULES
from kqmanifest.schema.published import published
from kqmanifest.site.reading import read_site
from kqmanifest.specs.spec import SpecGrammar, read_spec

ROOT: Final = pathlib.Path(__file__).parent.parent


class Unwilling(Exception):  # noqa: N818  what an odd value raises when it is looked at
    """Nobody expects it."""


def _refuse(*_: object, **__: object) -> Any:
    raise Unwilling


class Colour(enum.Enum):
    """An enum whose members are no text and no number."""

    RED = "red"


class Number(enum.IntEnum):
    """An enum whose members are numbers."""

    WEB = 80


class Word(enum.StrEnum):
    """An enum whose members are texts."""

    MAIN = "main"


class Flags(enum.IntFlag):
    """An enum whose members have no name of their own."""

    ONE = 1
    TWO = 2


class OddText(str):
    """A text that refuses whatever a text can be asked."""

    __slots__ = ()
    __hash__ = __eq__ = __str__ = __repr__ = __len__ = __iter__ = __contains__ = __format__ = __getitem__ = __add__ = _refuse
    encode = isascii = startswith = endswith = strip = lower = partition = isdecimal = join = replace = _refuse


class LyingText(str):
    """A text that says that it is another."""

    __slots__ = ()

    def __str__(self) -> str:
        """Lie."""
        return "other"

    def __eq__(self, other: object) -> bool:
        """Lie."""
        return True

    def __hash__(self) -> int:
        """Lie."""
        return 0


class OddNumber(int):
    """A number that refuses whatever a number can be asked."""

    __hash__ = __eq__ = __str__ = __repr__ = __lt__ = __gt__ = __le__ = __ge__ = __int__ = __index__ = __bool__ = __add__ = _refuse
    bit_length = _refuse


class OddFraction(float):
    """A number with a fraction that refuses whatever it can be asked."""

    __hash__ = __eq__ = __str__ = __repr__ = __lt__ = __gt__ = __float__ = __bool__ = is_integer = _refuse


class OddDict(dict[Any, Any]):
    """A dict that refuses whatever a dict can be asked."""

    __iter__ = __getitem__ = __len__ = __contains__ = __eq__ = __repr__ = __str__ = __bool__ = _refuse
    items = keys = values = get = pop = copy = _refuse


class OddList(list[Any]):
    """A list that refuses whatever a list can be asked."""

    __iter__ = __getitem__ = __len__ = __contains__ = __eq__ = __repr__ = __str__ = __bool__ = __reversed__ = _refuse


class OddTuple(tuple[Any, ...]):
    """A tuple that refuses whatever a tuple can be asked."""

    __slots__ = ()
    __iter__ = __getitem__ = __len__ = __contains__ = __eq__ = __hash__ = __repr__ = __str__ = __bool__ = _refuse


class EndlessList(list[Any]):
    """A list that says that it has no end."""

    def __iter__(self) -> Iterator[Any]:
        """Never end."""
        while True:
            yield "x"


class OddMapping(Mapping[Any, Any]):
    """A mapping that is honest but for one thing that it refuses."""

    def __init__(self, held: Any, refused: str = "") -> None:
        """Hold what is told, and refuse one thing."""
        self.held, self.refused = held, refused

    def _asked(self, name: str) -> None:
        if self.refused == name:
            raise Unwilling(name)

    def __getitem__(self, key: Any) -> Any:
        """Find, or refuse."""
        self._asked("__getitem__")
        if self.refused == "missing":
            raise KeyError(key)
        return self.held[key]

    def __iter__(self) -> Iterator[Any]:
        """List the keys, or refuse; or never end."""
        self._asked("__iter__")
        yield from self.held
        self._asked("later")
        while self.refused == "endless":
            yield "x"

    def __len__(self) -> int:
        """Count, or refuse, or lie."""
        self._asked("__len__")
        return {"more": 10**9, "less": 0, "negative": -1}.get(self.refused, len(self.held))

    def keys(self) -> Any:
        """List the keys, or refuse."""
        self._asked("keys")
        return super().keys() if self.refused != "no keys" else None

    def items(self) -> Any:
        """List the items, or refuse, or say something else."""
        self._asked("items")
        if self.refused == "no items":
            return None
        if self.refused == "no pairs":
            return [1, 2, 3]
        if self.refused == "unhashable keys":
            return [([], 1), ({}, 2)]
        return super().items()

    def get(self, key: Any, default: Any = None) -> Any:
        """Find, or refuse."""
        self._asked("get")
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        """Find, or refuse."""
        self._asked("__contains__")
        return super().__contains__(key)


class Changing(Mapping[str, Any]):
    """A mapping that is another each time that it is read."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        """Begin with what is told."""
        self.held, self.reads = dict(held), 0

    def _next(self) -> dict[str, Any]:
        self.reads += 1
        if self.reads % 3 == 0:
            return {**self.held, "image": [self.reads], "kind": self.reads, "hostNetwork": True}
        return self.held if self.reads % 3 == 1 else {}

    def __getitem__(self, key: str) -> Any:
        """Find it, now and then."""
        return self._next()[key]

    def __iter__(self) -> Iterator[str]:
        """List the keys, other ones each time."""
        return iter(self._next())

    def __len__(self) -> int:
        """Count the keys, otherwise each time."""
        return len(self._next())


class OddClass:
    """An object that does not say what it is."""

    @property  # type: ignore[misc]  # it is odd on purpose
    def __class__(self) -> Any:
        """Refuse."""
        raise Unwilling


class Liar:
    """An object that says that it is a text."""

    @property  # type: ignore[misc]  # it is odd on purpose
    def __class__(self) -> Any:
        """Lie."""
        return str


class DictLiar:
    """An object that says that it is a dict."""

    @property  # type: ignore[misc]  # it is odd on purpose
    def __class__(self) -> Any:
        """Lie."""
        return dict


class ModelLiar:
    """An object that says that it is a container."""

    @property  # type: ignore[misc]  # it is odd on purpose
    def __class__(self) -> Any:
        """Lie."""
        return kq.Container


class Closed:
    """An object that refuses everything."""

    __getattribute__ = __getattr__ = __eq__ = __hash__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = _refuse
    __contains__ = __getitem__ = __call__ = __int__ = __index__ = __float__ = __format__ = __dir__ = _refuse


class Willing:
    """An object that has every attribute, each one itself."""

    def __getattr__(self, name: str) -> Any:
        """Give itself."""
        return self

    def __call__(self, *_: object) -> Any:
        """Give itself."""
        return self


class _Unnamed(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]  # it is odd on purpose
        raise Unwilling

    __instancecheck__ = __subclasscheck__ = __hash__ = __eq__ = __repr__ = __str__ = _refuse


class NoName(metaclass=_Unnamed):
    """An object of a class that refuses everything."""


class Path:
    """An object that is a path to the file system, and no text."""

    def __fspath__(self) -> str:
        """Lead somewhere."""
        return "/etc/passwd"


def _cycle() -> Any:
    cycle: dict[str, Any] = {"name": "a"}
    cycle["itself"] = [cycle]
    return cycle


def _list_cycle() -> Any:
    cycle: list[Any] = []
    cycle.append(cycle)
    return cycle


def nested(levels: int, leaf: Any = 1) -> Any:
    """Nest a value."""
    for level in range(levels):
        leaf = {"a": leaf} if level % 2 else [leaf]
    return leaf


def shared(levels: int) -> Any:
    """Hold one value many times at each level: a few bytes that are billions when they are written."""
    held: Any = ["x"] * 10
    for _ in range(levels):
        held = [held] * 10
    return held


class _Tampered:
    """Makes a model with something else inside than its fields take."""

    def __init__(self, model: type[Any], **held: Any) -> None:
        self.model, self.held = model, held

    def __call__(self) -> Any:
        made = object.__new__(self.model)
        for name, value in self.held.items():
            object.__setattr__(made, name, value)
        return made


VALUES: Final[Sequence[Callable[[], Any]]] = (
    lambda: None,
    lambda: True,
    lambda: 0,
    lambda: -1,
    lambda: 10**5000,
    lambda: -(10**25),
    lambda: 1.5,
    lambda: float("nan"),
    lambda: float("-inf"),
    lambda: 1e308,
    lambda: "",
    lambda: "a",
    lambda: "\ud800",
    lambda: "a\0\x1b[31m\u202e",
    lambda: "9" * 5000,
    lambda: "/" * 300,
    list,
    dict,
    lambda: [None],
    lambda: [[]],
    lambda: {"": None},
    lambda: {"a": {"b": [{}]}},
    lambda: Colour.RED,
    lambda: Colour,
    lambda: Number.WEB,
    lambda: Word.MAIN,
    lambda: Flags.ONE | Flags.TWO,
    lambda: OddText("main"),
    lambda: LyingText("main"),
    lambda: OddNumber(80),
    lambda: OddFraction(0.5),
    lambda: OddDict(name="a", image="b"),
    lambda: OddList(["a"]),
    lambda: OddTuple(("a",)),
    lambda: EndlessList(["a"]),
    *(
        functools.partial(OddMapping, {"name": "a", "image": "b"}, refused)
        for refused in (
            *("", "__getitem__", "missing", "__iter__", "later", "endless", "__len__", "more", "less", "negative", "keys", "no keys"),
            *("items", "no items", "no pairs", "unhashable keys", "get", "__contains__"),
        )
    ),
    lambda: Changing({"name": "a", "image": "b"}),
    lambda: types.MappingProxyType({"name": "a"}),
    lambda: collections.UserDict({"name": "a"}),
    lambda: collections.ChainMap({"name": "a"}, {"image": "b"}),
    lambda: collections.OrderedDict(name="a"),
    lambda: collections.defaultdict(list, name="a"),
    lambda: collections.Counter("aab"),
    lambda: collections.deque(["a"]),
    lambda: collections.UserList(["a"]),
    lambda: collections.UserString("a"),
    lambda: types.SimpleNamespace(name="a"),
    OddClass,
    Liar,
    DictLiar,
    ModelLiar,
    Closed,
    Willing,
    NoName,
    lambda: NoName,
    Path,
    object,
    lambda: object,
    Unwilling,
    lambda: _refuse,
    lambda: NotImplemented,
    lambda: ...,
    lambda: {"a", "b"},
    lambda: frozenset({"a"}),
    lambda: (one for one in ["a", "b"]),
    lambda: iter(["a"]),
    lambda: map(_refuse, [1]),
    lambda: range(3),
    lambda: b"bytes",
    lambda: bytearray(b"bytes"),
    lambda: memoryview(b"bytes"),
    lambda: 1j,
    lambda: decimal.Decimal("1.5"),
    lambda: fractions.Fraction(1, 3),
    lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    lambda: dt.date(2026, 1, 1),
    lambda: uuid.UUID(int=1),
    lambda: pathlib.PurePath("/a"),
    lambda: {1: "a"},
    lambda: {None: "a", True: "b"},
    lambda: {("a", "b"): 1},
    lambda: {"\ud800": 1},
    lambda: {Word.MAIN: 1},
    lambda: {Number.WEB: 1},
    lambda: {frozenset(): 1},
    lambda: {b"name": b"a"},
    _cycle,
    _list_cycle,
    lambda: nested(150),
    lambda: nested(190),
    lambda: nested(250),
    lambda: nested(600),
    lambda: nested(5_000),
    lambda: kq.Container,
    lambda: kq.Mount("/a", kq.Nfs(server="s", path="/a")),
    lambda: kq.Nfs(server="s", path="/a"),
    lambda: kq.RawSource(source="iscsi", value={"lun": 0}),
    lambda: kq.Container(name="a", image="b"),
    lambda: kq.Pod(name="a", containers=[kq.Container(name="a", image="b:1")]),
    lambda: kq.Document({"kind": "Pod", "name": "a"}),
    lambda: kq.Document(cast("Any", Closed())),
    lambda: kq.build({"kind": "Namespace", "name": "a"}),
    lambda: kq.Pointer("/a"),
    lambda: kq.Env("A", "b"),
    lambda: kq.Gpus(1),
    _Tampered(kq.Container),
    _Tampered(kq.Container, name=Closed(), image=5, mounts=5, other=None, env=None),
    _Tampered(kq.Mount, mount_path=5, source=object()),
    _Tampered(kq.RawSource, source=5, value=Closed()),
    _Tampered(kq.Pod, name="a", containers=(5,)),
    _Tampered(kq.Job),
    _Tampered(kq.Manifest),
    _Tampered(kq.Manifest, _compiled=Closed()),
    _Tampered(kq.Manifest, _compiled=(5,)),
    _Tampered(kq.Document),
    _Tampered(kq.Document, value={"kind": "Pod"}, number="a", source=Closed(), origin=Closed()),
)
"""Makers of values that nobody expects: each makes a new one, since some can be read once only."""


@functools.cache
def documents() -> Sequence[Any]:
    """Give specs and manifests to begin with, as plain data: short ones, and as many kinds as there are."""
    texts = [file.read_text("utf-8") for folder in ("kinds", "examples") for file in sorted((ROOT / "docs" / folder).rglob("*.*ml"))]
    texts += [file.read_text("utf-8") for file in sorted((ROOT / "docs" / "examples").glob("*.json"))]
    found = [one for text in texts for one in yaml.safe_load_all(text) if isinstance(one, dict) and "kind" in one]
    found += [one for rule in RULES for shown in examples(rule).values() for one in shown]
    return [one for one in found if len(json.dumps(one, default=str)) < 3000]


SITE: Final[Mapping[str, Any]] = {
    "defaults": {
        "namespace": "team",
        "labels": {"team": "a"},
        "queue": "training",
        "env": {"HTTP_PROXY": "http://proxy.example.com"},
        "imagePullSecrets": [{"name": "registry"}],
    }
}
"""A site that adds to every object whatever a site can add."""


@functools.cache
def site() -> Any:
    """Give a site that adds to every object."""
    return read_site(json.dumps(SITE))


@functools.cache
def closed_site() -> Any:
    """Give a site that allows little."""
    return read_site(json.dumps({**SITE, "allow": {"kinds": ["Job", "Pod"]}}))


def places(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the steps to every place of plain data, itself first."""
    yield steps
    if type(value) is dict:
        for key, item in value.items():
            yield from places(item, (*steps, key))
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from places(item, (*steps, index))


def put(document: Any, steps: tuple[Any, ...], how: int, value: Any) -> Any:
    """Change a copy of a document at one place: another value, a further one, another key, or another kind of mapping or list around it."""
    if not steps:
        return value if how % 2 else [value, document]
    if type(document) not in {dict, list}:  # an earlier change stands here: copying it would run its code, which may have no end
        return document
    changed = copy.copy(document)
    here, *below = steps
    if below:
        changed[here] = put(document[here], tuple(below), how, value)
    elif how == 0:
        changed[here] = value
    elif how == 1 and type(changed) is dict:
        changed["hostAliases" if "hostAliases" not in changed else "x"] = value
    elif how == 2 and type(changed) is dict:
        try:
            changed[value] = changed.pop(here)
        except Exception:  # noqa: BLE001  it is no key: then it is a value
            changed[here] = value
    elif how == 3 and type(changed) is dict:
        return OddMapping(changed, ("", "__getitem__", "__len__", "later", "keys", "items")[len(changed) % 6])
    elif how == 4 and type(changed) is dict:
        return Changing(changed)
    elif type(changed) is list:
        kinds: tuple[Callable[[Any], Any], ...] = (OddList, OddTuple, EndlessList, tuple, iter)
        return kinds[how % 5](changed)
    else:
        changed[here] = [value]
    return changed


def model_of(document: Any) -> Any:
    """Read a spec as a model; None where it is no right spec."""
    if not isinstance(document, dict) or "apiVersion" in document:
        return None
    read = read_spec(copy.deepcopy(document), SpecGrammar([published("1.36")], {**KINDS, **kinds_of(())}))
    return read if isinstance(read, Model) else None


def models_within(value: Any) -> Iterator[Any]:
    """Give every model in a model, itself first."""
    if isinstance(value, Model):
        yield value
        for field in dataclasses.fields(value):
            yield from models_within(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from models_within(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from models_within(one)


def tampered(document: Any, which: int, field: int, value: Any) -> Any:
    """Read a spec as a model, and put something into one field of a model in it; the document itself where it is no spec."""
    model = model_of(document)
    if model is None:
        return document
    within = list(models_within(model))
    one = within[which % len(within)]
    names = [each.name for each in dataclasses.fields(one)]
    object.__setattr__(one, names[field % len(names)], value)
    return model


def from_bytes(data: bytes) -> Any:
    """Make a value of bytes: a document by the first two, and a change of it by each four that follow."""
    held = documents()
    whole: Any = held[int.from_bytes(data[:2]) % len(held)]
    document = whole
    spots = list(places(whole))
    for at in range(2, min(len(data), 2 + 4 * 8), 4):
        how, where, above, what = (*data[at : at + 4], 0, 0, 0)[:4]
        value = VALUES[what % len(VALUES)]()
        if how >= 192:
            return tampered(whole, where, above, value)
        spot = spots[(where + 256 * above) % len(spots)]
        try:
            document = put(document, spot, how % 6, value)
        except Exception:  # noqa: BLE001  an earlier change has replaced what stood there
            return document
    return document


def every_call(value: Any) -> None:
    """Make every public call with a value: nothing is raised but a ``ManifestError``, and all that is told can be shown."""
    _shown(kq.check(value))
    _shown(kq.check(value, kubernetes="1.33..1.37", site=site(), pod_security="restricted", keeps=("/kqi/output",)))
    _shown(kq.check(value, site=closed_site()))
    seen = kq.inspect(value)
    _shown(seen.diagnostics)
    for call in (kq.build, kq.render, functools.partial(kq.build, site=site()), functools.partial(kq.render, format="kyaml")):
        try:
            made = call(value)
        except kq.ManifestError as error:
            _shown(error.diagnostics)
        else:
            if isinstance(made, kq.Manifest):
                str(made)
                made.source_map  # noqa: B018  it is made when it is asked for
                json.dumps(made.objects)


def _shown(found: Sequence[kq.Diagnostic]) -> None:
    for one in found:
        str(one).encode()
        json.dumps(one.as_json())
