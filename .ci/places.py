"""Write ``kqmanifest/explanations/places.toml``: the fields that each code is found at, or is not found without.

Run ``python .ci/places.py``. What is judged stands in the repository: the wrong examples of the rules, the manifests that API servers have
judged, the golden files, and the packaged specs with odd values in each of their fields. A test fails where the file is out of date.
"""

from __future__ import annotations

import collections
import copy
import gzip
import json
import pathlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

from kqmanifest import ManifestError, check, load
from kqmanifest.compiler.options import DEFAULT_VERSION
from kqmanifest.diagnostics import Pointer, Steps
from kqmanifest.explanations.field_paths import trail
from kqmanifest.explanations.pages import codes, rules
from kqmanifest.explanations.server_paths import places
from kqmanifest.languages.starters import STARTERS, starter
from kqmanifest.model.workloads import KINDS
from kqmanifest.rules import POLICIES
from kqmanifest.schema.published import KNOWN, minor, published
from kqmanifest.site.reading import read_site
from kqmanifest.vocabulary.devices import is_gpu

TOP: Final = pathlib.Path(__file__).parent.parent
TESTS: Final = TOP / "tests"
FILE: Final = TOP / "kqmanifest" / "explanations" / "places.toml"
HEAD: Final = """\
# The fields of Kubernetes' types, and of the parts of a spec, that each code is found at, or is not found without.
# Made by `python .ci/places.py`; what is found at any field, such as a wrong type, is not here.

"""
ODD: Final[tuple[Any, ...]] = (None, True, -1, 10**12, "", "x", "A_b/", "../x", "/../x", "-1", "1.5", [], {}, ["x", "x"], {"x": "x"})
"""Values that few fields take."""
ANYWHERE: Final = 30
"""A code that is found at more fields than this says nothing of any of them."""

OF_ALL: Final = {"kind": "Spec", "apiVersion": "Manifest"}
"""The fields that every object has, and the part of a spec that is asked for them."""
VERSIONS: Final = tuple(f"1.{number}" for number in range(minor(KNOWN[-1])[1] + 1))
"""The versions of the Pod Security Standards."""
ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "KQ1022": ("Job.name",),
    "KQ1024": ("Container.sharedMemory",),
    "KQ1025": ("Container.gpus", "Gpus.product"),
    "KQ1027": ("Container.gpus", "Gpus.deviceClass", "Gpus.resource"),
    "KQ1113": ("Inference.gpus", "Notebook.gpus", "Preprocessing.gpus", "TensorBoard.gpus", "Training.gpus"),
    "KQ1120": ("Tenant.platform",),
    "KQ1123": ("Inference.namespace", "Notebook.namespace", "Preprocessing.namespace", "TensorBoard.namespace"),
    "KQ1131": ("Tenant.name",),
    "KQ2025": ("PodSpec.volumes",),
    "KQ2028": ("VolumeMount.mountPath",),
    "KQ2101": ("ObjectMeta.generateName",),
    "KQ2142": ("PodSpec.securityContext",),
    "KQ2145": ("PodSpec.tolerations",),
    "KQ2148": ("PodSpec.tolerations",),
    "KQ2248": ("PodSpec.volumes",),
    "KQ2290": ("EnvVarSource.fileKeyRef",),
    "KQ2321": ("PodSpec.resourceClaims",),
    "KQ2431": ("PodSpec.nodeSelector",),
    "KQ2517": ("JobSpec.backoffLimitPerIndex",),
    "KQ2603": ("DaemonSetSpec.selector", "DeploymentSpec.selector", "ReplicaSetSpec.selector", "StatefulSetSpec.selector"),
    "KQ2701": ("ServiceSpec.clusterIP",),
    "KQ2707": ("ServiceSpec.type",),
    "KQ2729": ("ServiceSpec.clusterIP",),
    "KQ2741": ("ServiceSpec.externalIPs",),
    "KQ3002": ("Volume.emptyDir",),
    "KQ3008": ("PodSpec.automountServiceAccountToken",),
    "KQ3025": ("PodSpec.os",),
    "KQ3071": ("List.apiVersion", "List.items"),
    "KQ4030": ("PodSpec.hostIPC",),
    "KQ4041": ("EnvVar.valueFrom",),
    "KQ5011": ("PodSpec.hostUsers",),
    "KQ5053": ("PodSpec.hostUsers",),
    "KQ5058": ("PodSpec.hostUsers",),
    "KQ5142": ("Container.gpus", "Gpus.deviceClass"),
}
"""What else a rule looks at: a field that is in none of its examples, since it is not set there, or right in both."""
NAMES: Final = ("kind", "metadata", "name")
"""Fields whose change makes another thing of an object: what is found then says little of them."""
NAME: Final = re.compile(r"[A-Za-z]\w*")

Found = collections.defaultdict[str, set[str]]


def found_in(document: Any, **options: Any) -> set[tuple[str, Pointer]]:
    """Return the codes of a manifest or spec, and their places; nothing of a text that cannot be read."""
    try:
        return {(one.code, one.path) for one in check(document, **options)}
    except ManifestError:
        return set()


def place_of(document: Any, path: Pointer, code: str) -> str | None:
    """Name the field of a type, or of a part of a spec, that a path leads to, or leads through at last."""
    if isinstance(document, list):
        first, *rest = path.tokens or ("0",)
        return place_of(document[int(first)], Pointer.of(rest), code) if first.isdecimal() and int(first) < len(document) else None
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(kind, str):
        return None
    if "apiVersion" in document and path.tokens[:1] == ("items",):
        return "List.items"
    if "apiVersion" in document:
        field = "".join(f".{step}" if NAME.fullmatch(step) else f"[{step}]" for step in path.tokens)[1:]
        within = places(published(KNOWN[-1]), field, kind)
        return same(within[0].type, within[0].field, document, path, code) if within else None
    steps = [kind, *(step for step in path.tokens if not step.isdecimal())]
    while len(steps) > 1:
        at = trail(".".join(steps), DEFAULT_VERSION)
        if at and at.steps[-1].key:
            return same(at.steps[-1].owner.rpartition(".")[2], at.steps[-1].key, document, path, code)
        steps.pop()
    return None


def same(owner: str, key: str, document: Mapping[str, Any], path: Pointer, code: str) -> str:
    """Name a field; what every object has is one field, and what one kind has in its metadata is of that kind."""
    if path.tokens == (key,):
        return f"{OF_ALL.get(key, owner)}.{key}"
    if owner == "ObjectMeta" and path.tokens[0] == "metadata" and document["kind"] in KINDS and not is_general(code):
        return f"{document['kind']}.{key}"
    return f"{owner}.{key}"


def is_general(code: str) -> bool:
    """Return whether a code is of the metadata of any kind."""
    on = rules()[code].on if code in rules() else ()
    return not on or any(name.startswith("ObjectMeta") for name in on) or sum(name.endswith(".metadata") for name in on) > 1


def add(found: Found, document: Any, told: Iterable[tuple[str, Pointer]]) -> None:
    """Add what was found in a document."""
    for code, path in told:
        if place := place_of(document, path, code):
            found[code].add(place)


def paths(value: Any, above: Steps = ()) -> Iterator[Steps]:
    """List the keys and items of a document, the innermost first."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in below:
        yield from paths(inner, (*above, step))
        yield (*above, step)


def changed(document: Any, steps: Steps, *value: Any) -> Any:
    """Return a document with another value at a place, or with nothing there."""
    whole = copy.deepcopy(document)
    here = whole
    for step in steps[:-1]:
        here = here[step]
    if value:
        here[steps[-1]] = value[0]
    else:
        del here[steps[-1]]
    return whole


def of_examples(found: Found) -> None:
    """Look at the examples of the rules, as manifests and as specs."""
    sys.path.append(str(TESTS))
    from examples import examples  # noqa: PLC0415  it stands beside the tests

    for code, rule in rules().items():
        shown = examples(rule)
        options: dict[str, Any] = {"kubernetes": rule.kubernetes.newest(KNOWN)}
        if rule in POLICIES["restricted"]:
            level = "baseline" if rule in POLICIES["baseline"] else "restricted"
            options |= {"kubernetes": KNOWN[-2], "pod_security": f"{level}:{rule.standard.newest(VERSIONS)}"}
        for wrong, right in ((shown["Wrong"], shown["Right"]), ([*map(folded, shown["Wrong"])], [*map(folded, shown["Right"])])):
            of_example(found, code, wrong, right, options)


def of_example(found: Found, code: str, wrong: Any, right: Any, options: Mapping[str, Any]) -> None:
    """Add where a code is found, what it is not found without, and what is otherwise where it is not."""
    told = found_in(wrong, **options)
    if code not in {one for one, _ in told}:
        return
    add(found, wrong, told)
    for steps in unlike(right, wrong) if right and len(wrong) == len(right) else ():
        rest = {one for one, _ in found_in(changed(wrong, steps, Pointer.of(steps).follow(right)), **options)}
        if code not in rest and rest < {one for one, _ in told}:
            add(found, right, [(code, Pointer.of(steps))])
    needed: list[Steps] = []
    for steps in paths(wrong):
        if isinstance(steps[-1], int) or (right is None and steps[-1] in NAMES) or any(one[: len(steps)] == steps for one in needed):
            continue
        left = {one for one, _ in found_in(changed(wrong, steps), **options)}
        if code not in left and left < {one for one, _ in told}:
            needed.append(steps)
    add(found, wrong, [(code, Pointer.of(steps)) for steps in needed])


def unlike(one: Any, other: Any, above: Steps = ()) -> Iterator[Steps]:
    """List the innermost places of a document where another has something else, or nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one:
            yield from unlike(one[key], other[key], (*above, key)) if key in other else [(*above, key)]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (here, there) in enumerate(zip(one, other, strict=True)):
            yield from unlike(here, there, (*above, index))
    elif one != other:
        yield above


def folded(manifest: Any) -> Any:
    """Write a Pod as a spec; another manifest stays as it is."""
    if manifest.get("kind") != "Pod" or not isinstance(manifest.get("spec"), dict):
        return manifest
    pod = copy.deepcopy({**manifest["metadata"], **manifest["spec"]})
    volumes = {one.pop("name", ""): one for one in pod.pop("volumes", ())}
    memory = {name: one["emptyDir"] for name, one in volumes.items() if (one.get("emptyDir") or {}).get("medium") == "Memory"}
    for container in (*pod.get("containers", ()), *pod.get("initContainers", ())):
        mounts = container.pop("volumeMounts", [])
        for mount in [one for one in mounts if one.get("mountPath") == "/dev/shm" and one.get("name") in memory]:  # noqa: S108  a place in a container
            mounts.remove(mount)
            container["sharedMemory"] = memory[mount["name"]].get("sizeLimit", True)
            volumes.pop(mount["name"], None)
        if mounts:
            container["mounts"] = [{"volume": one.pop("name", ""), **one} for one in mounts]
        resources = container.get("resources") or {}
        counted = {name: count for name, count in (resources.get("limits") or {}).items() if is_gpu(name)}
        for name, count in counted.items():
            container["gpus"] = {"count": count, "resource": name}
            for held in resources.values():
                held.pop(name, None)
    return {"kind": "Pod", **pod, **({"volumes": volumes} if volumes else {})}


def of_verdicts(found: Found) -> None:
    """Look at the manifests that API servers have judged."""
    for name in ("kube-1.37", "kube-1.37-admission"):
        with gzip.open(TESTS / "verdicts" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                add(found, row["manifest"], found_in(row["manifest"], kubernetes="1.37"))


def of_files(found: Found) -> None:
    """Look at the golden files."""
    for path in sorted((TESTS / "golden" / "bad").iterdir()):
        if path.suffix != ".diagnostics":
            try:
                documents = load(path.read_bytes(), source=path.name)
            except ManifestError:
                continue
            for one in documents:
                add(found, one.value, found_in(one.value))


def of_records(found: Found) -> None:
    """Look at the recorded specs and manifests that are at fault, some of them to a site."""
    for line in (TESTS / "recorded" / "at-fault.jsonl").read_text("utf-8").splitlines():
        options = json.loads(line)
        document = options.pop("spec")
        site = {"site": read_site(json.dumps(options.pop("site")))} if "site" in options else {}
        for code in {code for code, _ in found_in(document, **options, **site)}:
            of_example(found, code, document, None, {**options, **site})


def specs() -> Iterator[Any]:
    """List specs that are right, and a manifest."""
    texts = [*map(starter, STARTERS), (files("kqmanifest.explanations") / "samples.yaml").read_text("utf-8")]
    yield from (document.value for text in texts for document in load(text))
    examples = sorted((TOP / "docs" / "examples" / "presets").glob("*.json"))
    (platform,) = (json.loads(path.read_text("utf-8")) for path in examples if path.stem == "platform")
    for spec in (json.loads(path.read_text("utf-8")) for path in examples if path.stem != "platform"):
        yield {**spec, "platform": {**platform, **spec.get("platform", {})}}
    yield from (
        json.loads((TOP / "docs" / "examples" / f"{name}.json").read_text("utf-8")) for name in ("indexed-job", "training-with-parent")
    )
    yield from (document.value for document in load((TESTS / "golden" / "examples" / "nfs-pod.yaml.manifest.yaml").read_bytes()))


def of_specs(found: Found) -> None:
    """Put odd values into the fields of right specs: what is found then is of the field, and of where it is found."""
    for spec in specs():
        if isinstance(spec, dict) and "kind" in spec:
            usual = {code for code, _ in found_in(spec)}
            for steps in paths(spec):
                for document in variants(spec, steps):
                    told = {(code, path) for code, path in found_in(document) if code not in usual}
                    add(found, document, told)
                    add(found, spec, [(code, Pointer.of(steps)) for code, _ in told if steps[-1] not in NAMES])


def variants(spec: Any, steps: Steps) -> Iterator[Any]:
    """Change a spec at a place in all ways that are tried."""
    here = Pointer.of(steps).follow(spec)
    yield changed(spec, steps)
    for odd in ODD:
        yield changed(spec, steps, odd)
    if isinstance(here, list) and here:
        yield changed(spec, steps, [*here, here[0]])


SOURCES: Final = (of_examples, of_files, of_records, of_specs, of_verdicts)


def of_rules(found: Found) -> None:
    """Add what the rules hang on, need, and look at besides."""
    for code, places_of_it in ALSO.items():
        found[code] |= {*places_of_it}
    for code, rule in rules().items():
        types = [name for name in rule.on if "." not in name]
        found[code] |= {name for name in rule.on if "." in name}
        found[code] |= {name if "." in name else f"{one}.{name}" for name in rule.needs for one in ([""] if "." in name else types)}


def table() -> Mapping[str, tuple[str, ...]]:
    """Return the fields of each code."""
    found: Found = collections.defaultdict(set)
    for source in SOURCES:
        source(found)
    particular: Found = collections.defaultdict(set, {code: at for code, at in found.items() if code in codes() and len(at) <= ANYWHERE})
    of_rules(particular)
    return {code: tuple(sorted(at)) for code, at in sorted(particular.items()) if at}


def written(fields: Mapping[str, tuple[str, ...]]) -> str:
    """Return the file."""
    return HEAD + "".join(f"{code} = [{', '.join(json.dumps(one) for one in at)}]\n" for code, at in fields.items())


def main() -> None:
    """Write the file."""
    FILE.write_text(written(table()), "utf-8")


if __name__ == "__main__":
    main()
