"""The fields of every run of the platform: whose it is, what it runs, what it may use, and what it adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Final, NamedTuple

from pydantic import Field
from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Finding, Steps
from kqmanifest.model.container import Env, Gpus
from kqmanifest.model.values import SPEC, AsTuple, FrozenDict, Labels, Many, Model, Quantity, Text, Whole, named, single
from kqmanifest.model.volumes import Mount
from kqmanifest.presets.numbers import Numbered
from kqmanifest.presets.preset import Preset
from kqmanifest.presets.storage import PresetMount, Storage

TOKEN: Final = "KQI_TOKEN"  # noqa: S105  a name
REPOSITORY_TOKEN: Final = "MODEL_REPOSITORY_TOKEN"  # noqa: S105  a name


class Setting(NamedTuple):
    """A variable that a run sets itself: its value, None where there is none this time, and the field that it comes from."""

    value: str | None = None
    asked: Steps = ()


def setting(value: object, *asked: str | int) -> Setting:
    """Write a value as an environment has it."""
    if isinstance(value, bool):
        value = "True" if value else "False"
    return Setting(None if value is None else str(value), asked)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class User(Model):
    """Who requests a run."""

    id: Whole
    """The user's number: images are pulled with the Secret ``registry-{name}-{id}``."""
    name: Text
    """The user's service account."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Repository(Model):
    """The sources of a model."""

    name: Text
    """Owner and name: ``MODEL_REPOSITORY``."""
    url: Text
    """Where it is cloned from: ``MODEL_REPOSITORY_URL``."""
    commit: Text | None = None
    """The commit: ``COMMIT_ID``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Run(Preset):
    """What all runs have in common."""

    prefix: ClassVar[str] = "run"
    """What the Job's name begins with."""
    scripts: ClassVar[str] = "run"
    """The folder of its scripts, below ``/kqi/scripts``."""
    number: ClassVar[str] = "RUN_ID"
    """The variable that holds its id."""
    keeps: ClassVar[Sequence[str]] = ()
    """Where its files outlive it."""
    node_labels: ClassVar[Mapping[str, str]] = {}
    """Labels of the nodes that are for runs of its kind."""

    id: Whole
    """Its number: the Job is named after it, and so are its directories."""
    image: Text
    """The image that it runs."""
    cpu: Quantity
    """The most CPUs it may use, such as 4."""
    memory: Quantity
    """The most memory it may use: a number of GB, or a string such as ``8Gi``."""
    gpus: Annotated[Sequence[Gpus] | Gpus | int, AsTuple(Gpus, single(Gpus, int))] = ()
    """GPUs: a count, an object, or a list of these; left out or 0, it sees none."""
    shared_memory: Quantity | None = None
    """The most that ``/dev/shm`` may hold; left out, as much as its memory."""
    env: Annotated[Sequence[Env] | Mapping[str, str], AsTuple(Env, named("name", "value"))] = ()
    """Further environment variables, of ``main`` alone."""
    mounts: Many[Mount] = ()
    """Further mounts, of all its containers."""
    partition: Text | None = None
    """The partition of the cluster that it runs in."""
    user: User | None = None
    """Who requests it."""
    secret: Text | None = None
    """The Secret that holds its tokens; left out, the platform's."""
    tokens: Labels = Field(default_factory=FrozenDict)
    """Tokens in plain text, by the name of their variable. A Secret is the place for them."""

    @property
    def kind(self) -> str:
        """What its user calls it."""
        return type(self).__name__.lower()

    @property
    def job(self) -> str:
        """The name of its Job, and of all that belongs to it."""
        return self.name or f"{self.prefix}-{self.id}"

    @property
    def log(self) -> str | None:
        """The file that its output is also written to, if there is one."""
        return f"/kqi/attach/{self.scripts}_stdout_stderr_${{{self.number}}}.log"

    @property
    def service_ports(self) -> tuple[Sequence[Numbered], Sequence[Finding]]:
        """The ports that it serves, and what is wrong with the requested ones."""
        return (), ()

    @property
    def token_names(self) -> Sequence[str]:
        """The variables whose values are tokens."""
        return (TOKEN,)

    def command(self) -> str:
        """Return the shell's lines that it runs."""
        raise NotImplementedError(type(self).__name__)  # each kind has its own; this class is abstract

    def mounted(self, storage: Storage) -> tuple[Sequence[PresetMount], Sequence[Finding]]:
        """Return the mounts that it needs, and what is wrong with the runs that it reads."""
        raise NotImplementedError(type(self).__name__)  # each kind has its own; this class is abstract

    def settings(self) -> Mapping[str, Setting]:
        """Return the variables that it sets itself, those of its own kind."""
        raise NotImplementedError(type(self).__name__)  # each kind has its own; this class is abstract


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Programmed(Run):
    """What runs with sources of its own have in common."""

    entry_point: Text
    """What it runs: lines of bash, the first that fails ends it."""
    repository: Repository | None = None
    """The sources that it works with."""

    def command(self) -> str:
        """Return the shell's lines that it runs."""
        return self.entry_point

    @property
    def token_names(self) -> Sequence[str]:
        """The variables whose values are tokens."""
        return tokens_of(self.repository)


def tokens_of(repository: Repository | None) -> Sequence[str]:
    """Name the tokens of a run: its sources have one of their own."""
    return (TOKEN, REPOSITORY_TOKEN) if repository else (TOKEN,)


def sources(repository: Repository | None) -> Mapping[str, Setting]:
    """Return the variables that describe a run's sources; they are reserved where it has none."""
    given = repository or Repository(name="", url="")
    there = repository is not None
    return {
        "MODEL_REPOSITORY": setting(given.name if there else None, "repository", "name"),
        "MODEL_REPOSITORY_URL": setting(given.url if there else None, "repository", "url"),
        "COMMIT_ID": setting(given.commit, "repository", "commit"),
    }
