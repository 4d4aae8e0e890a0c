"""Constraints: what one line can say of a field, each kind with its sentences and its reason.

A constraint is a :class:`~kqmanifest.rules.rule.Rule` like any other, declared as a value: its code, what it hangs on, what must hold, and
its page. It is called by its variable. What its kind says by default may be said otherwise, see :class:`Options`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple, TypeAlias, TypedDict, Unpack

from kqmanifest.rules.forms import Form
from kqmanifest.rules.rule import Ask, Reason, Rule, fault, found, several
from kqmanifest.schema.published import Span
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.spelling import nearest

Names: TypeAlias = str | tuple[str, ...]
"""One name, or several."""
Spots: TypeAlias = tuple[Spot, ...]
Judge: TypeAlias = Callable[[Any], Spots]
"""Return what is wrong with a value, with its place below it; nothing where it is right: called for every value, it is not a generator."""


class Options(TypedDict, total=False):
    """What every kind of constraint takes: where it looks, its sentences where its kind's own do not do, and what :func:`rule` takes."""

    field: str
    """The field of the type that is judged, where that needs the rest of its type; without, the node itself is."""
    each: bool | str
    """Whether each item of a list or each key of a map is judged; or the field of each item that is."""
    shows: Names
    """Fields of the type that the sentences name, besides."""
    message: str
    hints: Names
    reason: Reason | None
    upstream: str
    since: str
    until: str
    standard_since: str
    standard_until: str
    needs: Names
    unless: str


class _Kind(NamedTuple):
    """What a kind of constraint says of a fault by default, and why the server refuses it."""

    message: str
    hints: Names
    reason: Reason


def required(code: str, on: Names, *, page: str, when: Names = (), may_be_empty: bool = False, **options: Unpack[Options]) -> Rule:
    """A field must be there and not be empty; ``when`` is a field beside it that calls for it, and the values of that which do.

    Names a field it is for those that the schema demands, and that may still be empty; with ``field=`` for those that may be left out.
    """
    field = options.pop("field", None)
    if field is None:
        options.setdefault("unless", "(?s:.+)")
        return _constraint(code, on, page, _never_empty, _Kind("{field} must not be empty", "set `{field}`", "Required"), options)
    other, *values = several(when) or ("",)
    condition = f" when {other} is {' or '.join(values) or 'set'}" if when else ""
    is_given = _is_set if may_be_empty else _is_there

    def judge(node: Any) -> Spots:
        is_wanted = not when or (node.get(other) in values if values else _is_there(node.get(other)))
        return (found(field),) if is_wanted and not is_given(node.get(field)) else ()

    if when and "needs" not in options:
        options["needs"] = other
    return _constraint(code, on, page, judge, _Kind(f"{field} is required{condition}", f"set `{field}`", "Required"), options)


def must_be_empty(code: str, on: Names, *, page: str, **options: Unpack[Options]) -> Rule:
    """A field must not be set; on the field itself, an empty value is as good as none."""
    judge: Judge = _found_with_value if "field" in options else lambda value: (found(value=value),) if value else ()
    return _constraint(code, on, page, judge, _Kind("{field} must not be set", "remove `{field}`", "Forbidden"), options)


def one_of(code: str, on: Names, known: Collection[str], *, page: str, may_be_empty: bool = False, **options: Unpack[Options]) -> Rule:
    """A field must be one of the words that are known; the nearest of them is suggested."""

    def judge(value: Any) -> Spots:
        if value in known or (may_be_empty and not value):
            return ()
        return (found(value=value, near=nearest(value, known), **listed),)

    kind = _Kind("unknown {field} {value}", ("did you mean {near}?", "write one of {known}"), "NotSupported")
    listed = {"known": known} if any("{known}" in hint for hint in several(options.get("hints", kind.hints))) else {}
    return _constraint(code, on, page, judge, kind, options)


def at_least(code: str, on: Names, least: int, *, page: str, **options: Unpack[Options]) -> Rule:
    """A number must not be less than another."""
    bound = f"be at least {least}" if least else "not be negative"
    kind = _Kind(f"{{field}} must {bound}, and is {{value}}", f"set `{{field}}` to {least} or more", "Invalid")
    return _constraint(code, on, page, lambda value: () if value >= least else (found(value=value),), kind, options)


def between(code: str, on: Names, bounds: tuple[int, int], *, page: str, **options: Unpack[Options]) -> Rule:
    """A number must lie between two others, or be one of them."""
    least, most = bounds
    kind = _Kind(
        f"{{field}} must be between {least} and {most}, and is {{value}}", f"set `{{field}}` to a number from {least} to {most}", "Invalid"
    )
    return _constraint(code, on, page, lambda value: () if least <= value <= most else (found(value=value),), kind, options)


def no_more_than(code: str, on: Names, most: int, *, page: str, **options: Unpack[Options]) -> Rule:
    """A list must not have more items than so many."""
    kind = _Kind(f"{{field}} must have at most {most} items, and has {{count}}", f"keep at most {most}", "TooMany")
    return _constraint(code, on, page, lambda items: () if len(items) <= most else (found(count=len(items), most=most),), kind, options)


def matches(
    code: str,
    on: Names,
    form: Form,
    *,
    page: str,
    may_be_empty: bool = False,
    meant: Callable[[str], str | None] | None = None,
    **options: Unpack[Options],
) -> Rule:
    """A text must have a form; ``meant`` returns the text of that form that was probably meant."""
    fits = form.fits

    def judge(value: Any) -> Spots:
        if fits(value) or (may_be_empty and not value):
            return ()
        return (found(value=value) if meant is None else found(value=value, meant=meant(value)),)

    if form.pattern:
        options.setdefault("unless", f"(?:{form.pattern})?" if may_be_empty else form.pattern)
    hints = form.hint if meant is None else ("did you mean {meant}?", form.hint)
    return _constraint(code, on, page, judge, _Kind(form.message, hints, "Invalid"), options)


def at_least_one_of(
    code: str, on: Names, fields: tuple[str, ...], *, page: str, at: str | None = None, filled: bool = False, **options: Unpack[Options]
) -> Rule:
    """One of several fields at least must be set, or with ``filled`` not be empty; it is told of the node, or of its field ``at``."""
    is_given, place = _is_filled if filled else _is_set, () if at is None else (at,)

    def judge(node: Any) -> Spots:
        return () if any(is_given((node or {}).get(field)) for field in fields) else (found(*place),)

    kind = _Kind(f"{_listed(fields, 'or')} is required", f"set {_listed(fields, 'or', '`')}", "Required")
    return _constraint(code, on, page, judge, kind, options)


def exactly_one_of(code: str, on: Names, fields: tuple[str, ...], *, page: str, filled: bool = False, **options: Unpack[Options]) -> Rule:
    """Exactly one of several fields must be set, or with ``filled`` not be empty."""
    is_given = _is_filled if filled else _is_set

    def judge(node: Any) -> Spots:
        count = sum(is_given((node or {}).get(field)) for field in fields)
        return () if count == 1 else (found(count=count),)

    kind = _Kind(
        f"exactly one of {_listed(fields, 'and')} is required, and {{count}} are given", f"set {_listed(fields, 'or', '`')}", "Invalid"
    )
    return _constraint(code, on, page, judge, kind, options)


def not_together(
    code: str, on: Names, fields: tuple[str, ...], *, page: str, at: str | None = None, filled: bool = False, **options: Unpack[Options]
) -> Rule:
    """Of several fields, two must not be set, or with ``filled`` not be filled; it is told of the node, or of its field ``at``."""
    is_given, place = _is_filled if filled else _is_set, () if at is None else (at,)

    def judge(node: Any) -> Spots:
        given = [field for field in fields if is_given((node or {}).get(field))]
        return () if len(given) < len(("one", "another")) else (found(*place, given=given, count=len(given)),)

    kind = _Kind(f"{_listed(fields, 'and')} must not be set together", f"keep {_listed(fields, 'or', '`')}", "Invalid")
    return _constraint(code, on, page, judge, kind, options)


def unique_by(
    code: str, on: Names, key: str, *, page: str, at_key: bool = False, may_be_empty: bool = False, **options: Unpack[Options]
) -> Rule:
    """No two items of a list may have the same ``key``; the later one is told, itself or ``at_key``. It ``may_be_empty`` in several."""
    place = (key,) if at_key else ()

    def ask(items: Any) -> list[Spot]:
        if len(items) < len(("one", "another")):
            return []
        taken: set[object] = set()
        findings = []
        for index, item in enumerate(items):
            value = item[key]
            if value in taken and (value or not may_be_empty):
                findings.append(found(index, *place, value=value))
            taken.add(value)
        return findings

    kind = _Kind(f"{key} {{value}} is given twice", "keep one of the two", "Duplicate")
    return _declared(code, on, page, ask, kind, options)


def _never_empty(value: Any) -> Spots:
    return () if value else (found(),)


def _found_with_value(value: Any) -> Spots:
    return (found(value=value),)


def _is_set(value: Any) -> bool:
    return value is not None


def _is_there(value: Any) -> bool:
    return value is not None and value not in ("", [])


def _is_filled(value: Any) -> bool:
    return bool(value) or value == {}


def _listed(fields: tuple[str, ...], word: str, quote: str = "") -> str:
    *others, last = (f"{quote}{field}{quote}" for field in fields)
    return f"{', '.join(others)} {word} {last}"


def _constraint(code: str, on: Names, page: str, judge: Judge, kind: _Kind, options: Options) -> Rule:
    field, each, shows = options.get("field"), options.get("each", False), several(options.get("shows", ()))
    judge = _of_each(judge, each) if each else judge
    ask = _of_field(judge, field, shows) if field else _of_node(judge, shows)
    if field and "needs" not in options and not any("." in name for name in several(on)):
        options["needs"] = field
    return _declared(code, on, page, ask, kind, options)


def _declared(code: str, on: Names, page: str, ask: Ask, kind: _Kind, options: Options) -> Rule:
    return Rule(
        fault(code, options.get("message", kind.message), several(options.get("hints", kind.hints))),
        several(on),
        ask,
        Span(options.get("since"), options.get("until")),
        Span(options.get("standard_since"), options.get("standard_until")),
        options.get("reason", {"KQ2": kind.reason, "KQ5": "Forbidden"}.get(code[:3])),
        options.get("upstream"),
        several(options.get("needs", ())),
        options.get("unless", ""),
        page,
    )


def _of_node(judge: Judge, shows: tuple[str, ...]) -> Ask:
    def ask(node: Any) -> Spots:
        findings = judge(node)
        return tuple(_with(finding, node, shows) for finding in findings) if findings else ()

    return ask if shows else judge


def _of_field(judge: Judge, field: str, shows: tuple[str, ...]) -> Ask:
    def ask(node: Any) -> Spots:
        value = node.get(field)
        findings = () if value is None else judge(value)
        return tuple(_with(found(field, *place, **values), node, shows) for place, values in findings) if findings else ()

    return ask


def _with(finding: Spot, node: Any, shows: tuple[str, ...]) -> Spot:
    return finding._replace(values={**finding.values, **{name: node.get(name) for name in shows}})


def _of_each(judge: Judge, each: bool | str) -> Judge:  # noqa: FBT001  it is an option, and has its name there
    def judge_each(node: Any) -> Spots:
        findings: list[Spot] = []
        for step, item in zip(node, node, strict=True) if isinstance(node, dict) else enumerate(node):
            at, value = ((step, each), item[each]) if isinstance(each, str) else ((step,), item)
            findings += [found(*at, *place, **values) for place, values in judge("" if value is None else value)]
        return tuple(findings)

    return judge_each
