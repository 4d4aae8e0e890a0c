"""What the library does, in five words: build, render, check, inspect, write."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from kqmanifest import emit
from kqmanifest.compiler.compilation import compile_specs
from kqmanifest.compiler.manifest import Manifest, titles
from kqmanifest.compiler.options import DEFAULT_VERSION, Options
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.limits import DEFAULT, Limits
from kqmanifest.read import Document
from kqmanifest.specs.kinds import WRONG_TYPE, kind_of

if TYPE_CHECKING:  # a manifest is checked without them
    from kqmanifest.inventory import PodView
    from kqmanifest.model.platform import Platform
    from kqmanifest.model.pod import KindModel
    from kqmanifest.model.site import Site
    from kqmanifest.presets.preset import Preset

Format: TypeAlias = Literal["yaml", "json", "kyaml"]
Spec: TypeAlias = "KindModel | Document | Mapping[str, Any] | Sequence[Spec] | Manifest"


def build(  # noqa: PLR0913  all but the first are said by name
    spec: Spec,
    *,
    kubernetes: str = DEFAULT_VERSION,
    ignore: Iterable[str] = (),
    pod_security: str | None = None,
    keeps: Iterable[str] = (),
    presets: Iterable[type[Preset]] = (),
    platform: Platform | None = None,
    site: Site | None = None,
    limits: Limits = DEFAULT,
) -> Manifest:
    """Compile a spec, or several, to checked Kubernetes objects.

    Whatever is given is taken once, as plain data: a member of an ``IntEnum`` or ``StrEnum`` is the number or string that it is, any
    mapping the items that it has. What JSON cannot hold, and an option of the wrong type, is a diagnostic like the rest: no other
    exception is raised than the one below, except what a preset of your own raises, and what must stop the program.

    Args:
        spec: a model, a mapping in the spec's form, a loaded document, or a sequence of these.
        kubernetes: the version to check against, ``1.36``, or a range of them, ``1.35..1.37``.
        ignore: codes of KQ3, KQ4 and KQ5 that are intended.
        pod_security: the Pod Security Standard that pods must meet, ``baseline`` or ``restricted``, alone or with a version of it,
            ``restricted:1.30`` or ``restricted:latest``.
        keeps: paths whose files must outlive each pod.
        presets: presets of your own, classes made from :class:`kqmanifest.Preset`, that a spec may name as its ``kind``.
        platform: what is the same for all presets of the run, where they do not set it themselves.
        site: what is known of the cluster, and what a spec may request of it.
        limits: how much is taken at once, and how many faults of a document are reported.

    Raises:
        ManifestError: the spec is at fault; it holds everything that was found.
    """
    options = Options(
        kubernetes=kubernetes,
        ignore=ignore,
        pod_security=pod_security,
        keeps=keeps,
        presets=presets,
        platform=platform,
        site=site,
        limits=limits,
    )
    return Manifest(compile_specs(spec, options))


def render(  # noqa: PLR0913  all but the first are said by name
    spec: Spec,
    *,
    format: Format = "yaml",  # noqa: A002  the word of the command line and of kubectl
    kubernetes: str = DEFAULT_VERSION,
    ignore: Iterable[str] = (),
    pod_security: str | None = None,
    keeps: Iterable[str] = (),
    presets: Iterable[type[Preset]] = (),
    platform: Platform | None = None,
    site: Site | None = None,
    limits: Limits = DEFAULT,
) -> str:
    """Compile a spec, or several, to the text of a manifest: ``yaml``, ``json`` (several objects as a List) or ``kyaml``.

    The rest is as for :func:`build`.

    Raises:
        ManifestError: the spec is at fault; it holds everything that was found.
    """
    manifest = build(
        spec,
        kubernetes=kubernetes,
        ignore=ignore,
        pod_security=pod_security,
        keeps=keeps,
        presets=presets,
        platform=platform,
        site=site,
        limits=limits,
    )
    return write(manifest, format)


def write(manifest: Manifest, format: Format = "yaml") -> str:  # noqa: A002  as in render
    """Write a manifest as text.

    Raises:
        ManifestError: there is no such format.
    """
    if type(format) is not str or format not in WRITERS:
        raise ManifestError([WRONG_TYPE.at((), field="format", expected=" or ".join(FORMATS), found=kind_of(format))])
    return WRITERS[format](manifest.objects)


WRITERS: Final[Mapping[Format, Callable[[Sequence[Any]], str]]] = {"yaml": emit.yaml, "json": emit.json, "kyaml": emit.kyaml}
"""What writes objects in each format."""
BETWEEN: Final[Mapping[Format, str]] = {"yaml": "---\n", "kyaml": ""}
"""What stands between two objects, in the formats whose objects can be written one after another."""
FORMATS: Final[tuple[Format, ...]] = tuple(WRITERS)


def check(  # noqa: PLR0913  all but the first are said by name
    spec_or_manifest: Any,
    *,
    kubernetes: str = DEFAULT_VERSION,
    ignore: Iterable[str] = (),
    pod_security: str | None = None,
    keeps: Iterable[str] = (),
    presets: Iterable[type[Preset]] = (),
    platform: Platform | None = None,
    site: Site | None = None,
    limits: Limits = DEFAULT,
) -> tuple[Diagnostic, ...]:
    """Judge a spec, a manifest, or any object at all, and return every error and warning. Never raises.

    The arguments are those of :func:`build`, which says which exceptions pass through.
    """
    options = Options(
        kubernetes=kubernetes,
        ignore=ignore,
        pod_security=pod_security,
        keeps=keeps,
        presets=presets,
        platform=platform,
        site=site,
        limits=limits,
    )
    return tuple(compile_specs(spec_or_manifest, options).found)


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Inspection:
    """What the containers of a spec or manifest see, as far as it is known."""

    pods: tuple[PodView, ...]
    objects: tuple[dict[str, Any], ...]
    """The objects of the right shape, those that make no pod too."""
    diagnostics: tuple[Diagnostic, ...]
    """Everything that was found on the way; where :attr:`faults` are among it, something may be missing from the pods."""

    def __repr__(self) -> str:
        """Name the objects, and show nothing that they hold."""
        return f"{type(self).__name__}({titles(self.objects)}, {len(self.diagnostics)} diagnostics)"

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """Return what keeps the spec or manifest out of a cluster: what cannot be read or built, and what its API server would refuse."""
        return tuple(one for one in self.diagnostics if one.code.startswith(_REFUSED))


_REFUSED: Final = ("KQ0", "KQ1", "KQ2", "KQ9")


def inspect(
    spec_or_manifest: Any,
    *,
    kubernetes: str = DEFAULT_VERSION,
    presets: Iterable[type[Preset]] = (),
    platform: Platform | None = None,
    site: Site | None = None,
    limits: Limits = DEFAULT,
) -> Inspection:
    """Return what each container of a spec, a manifest, or several of them would see: its mounts and their sources. Never raises.

    Faulty objects are shown too where their shape is right: that often shows a fault best. The arguments are those of :func:`build`.
    """
    from kqmanifest.inventory import redacted, views  # noqa: PLC0415  only who looks needs the views

    run = compile_specs(spec_or_manifest, Options(kubernetes=kubernetes, presets=presets, platform=platform, site=site, limits=limits))
    objects = tuple(one.tree for one in run.compiled if one.right)
    return Inspection(redacted(views(objects)), objects, tuple(run.found))
