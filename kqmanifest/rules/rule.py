"""What a rule is: how it judges one Kubernetes type, what it says, and the page that explains it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, Final, Literal, TypeAlias

from kqmanifest.diagnostics import Fault, Step
from kqmanifest.schema.published import EVER, Span
from kqmanifest.schema.walk import Spot

_SPELT: Final = {
    **{
        word.lower(): word
        for word in ("AppArmor", "CIDR", "CronJob", "CSI", "CUDA", "DNS", "Docker", "GMSA", "iSCSI", "JSON", "Kubernetes", "Linux")
    },
    **{word.lower(): word for word in ("GPU", "GPUs", "CPU", "CPUs", "IP", "NFS", "SELinux", "TLS", "URI", "URL", "Windows")},
}
"""The words of a rule's name that have capital letters."""
_NUMBER: Final = re.compile(r"(?<=\d) (?=\d)")

Ask: TypeAlias = Callable[[Any], Iterable[Spot]]
Reason: TypeAlias = Literal[
    "Required", "Invalid", "NotSupported", "Duplicate", "Forbidden", "TooLong", "TooMany", "NotFound", "TypeInvalid"
]
"""The kinds of refusal that the API server gives, as ``ErrorType`` of apimachinery's ``field`` package names them."""


ADVICE: Final = "KQ4"
"""The series of the rules that advise: what they find stops nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it hangs on (``Container``, ``VolumeMount.subPath``, ``Manifest``), how it judges, what it says."""

    fault: Fault
    on: tuple[str, ...]
    ask: Ask
    kubernetes: Span = EVER
    """The versions of Kubernetes that it holds for."""
    standard: Span = EVER
    """For a rule of the Pod Security Standards, the versions of the standard that have it."""
    reason: Reason | None = None
    """The kind of refusal that the API server gives for it; None where the server has nothing against it."""
    upstream: str | None = None
    """The function or plugin of Kubernetes that it mirrors: to be compared where a new version is out."""
    needs: tuple[str, ...] = ()
    """The field of its type without which it finds nothing; or, as ``Type.field``, fields of which the object must have one."""
    unless: str = ""
    """A pattern: in a string that it matches whole, a rule of a field finds nothing."""
    text: str = dataclasses.field(default="", compare=False, repr=False)
    """Its page as the code has it, indented."""
    name: str = dataclasses.field(default="", compare=False)
    """The fault that it finds, in words; a constraint is called by its variable, when :func:`rules_in` finds it."""

    @property
    def code(self) -> str:
        """The code of its diagnostics."""
        return self.fault.code

    @property
    def page(self) -> str:
        """What is wrong and why, with a ``Wrong:`` and a ``Right:`` example."""
        return inspect.cleandoc(self.text)


def rule(  # noqa: PLR0913  all but the first three are passed by name, and seldom
    code: str,
    on: str | tuple[str, ...],
    message: str,
    *hints: str,
    since: str | None = None,
    until: str | None = None,
    standard_since: str | None = None,
    standard_until: str | None = None,
    reason: Reason | None = None,
    upstream: str | None = None,
    needs: str | tuple[str, ...] = (),
    unless: str = "",
) -> Callable[[Ask], Rule]:
    """Make a rule of a generator that is called with each node of the type (or types) ``on`` whose shape is right.

    A rule of a field, ``VolumeMount.subPath``, is called with its value where there is one that is not null; one on
    ``Manifest`` with the list of all objects. With ``needs``, it is called only where its node has that field, and not
    null. With a field of a type below its node, ``EnvVarSource.fileKeyRef``, it is called only where the walk has met that;
    it may have been elsewhere in the object, so the rule looks for itself. A rule about a rare field then costs nothing
    where nobody uses it. ``unless`` is a pattern that matches nearly all strings of its field, and none in which the rule
    finds anything: it need not be called with those. It holds for all versions of Kubernetes, those to come too, unless ``since`` or
    ``until`` name the first or the last; the Pod Security Standards have versions of their own. Where the API server refuses the same,
    ``reason`` is the kind of its refusal and ``upstream`` the function of its source, ``core/validation.ValidateVolumes``, that says so.
    It yields what :func:`found` makes: values, not sentences.
    """

    def make(ask: Ask) -> Rule:
        return Rule(
            fault(code, message, hints),
            several(on),
            ask,
            Span(since, until),
            Span(standard_since, standard_until),
            reason,
            upstream,
            several(needs),
            unless,
            ask.__doc__ or "",
            in_words(ask.__name__),
        )

    return make


def rules_in(room: ModuleType) -> tuple[Rule, ...]:
    """Return the rules that a room declares, in their order there, each with its name."""
    return tuple(
        value if value.name else dataclasses.replace(value, name=in_words(name))
        for name, value in vars(room).items()
        if isinstance(value, Rule)
    )


def in_words(name: str) -> str:
    """Return the words of an identifier, with the capital letters that they have."""
    return _NUMBER.sub(".", " ".join(_SPELT.get(word, word) for word in name.split("_")))


def fault(code: str, message: str, hints: tuple[str, ...]) -> Fault:
    """Return the fault of a rule: its series says how severe it is."""
    return Fault(code, message, hints, "warning" if code.startswith(ADVICE) else "error")


def several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one name, or several, as a tuple."""
    return (names,) if isinstance(names, str) else names


def found(*place: Step, **values: object) -> Spot:
    """State a fault at a place below the node that the rule was asked with; ``values`` fill the rule's sentences."""
    return Spot(place, values)
