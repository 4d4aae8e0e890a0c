"""kubeconform, a validator written in Go, with the schemas of the package kubernetes-validate in the form that it takes."""

from __future__ import annotations

import importlib.resources
import json
import pathlib
import shutil
import subprocess
from typing import Any, Final

MISSING: Final = (
    "kubeconform: it is not here, or not what validates; `go install github.com/yannh/kubeconform/cmd/kubeconform@latest` makes it, "
    "and `PATH` or `GOBIN` must lead to it"
)
KINDS: Final = ("job-batch-v1",)
"""The schemas that are needed, by the names that their files have."""
_SCHEMAS: Final = "v1.36.0-local-strict"
_DEFINITIONS: Final = "#/$defs/"
"""Before it stands the file, where that is another."""
_NAMES: Final = frozenset({"$id", "$schema"})


def found() -> str | None:
    """Find the program, on the path or where Go installs programs."""
    here = shutil.which("kubeconform")
    if here is None and (go := shutil.which("go")):
        asked = subprocess.run([go, "env", "GOBIN", "GOPATH"], capture_output=True, text=True, check=False).stdout.splitlines()
        folders = [asked[0], *(f"{path}/bin" for path in asked[1].split(":"))] if len(asked) > 1 else []
        here = shutil.which("kubeconform", path=":".join(filter(None, folders)))
    return here


def version() -> str | None:
    """Ask the program for its version, of the file where it does not know it."""
    program, go = found(), shutil.which("go")
    if program is None:
        return None
    if go is None:
        return "of an unknown version"
    said = subprocess.run([go, "version", "-m", program], capture_output=True, text=True, check=False).stdout
    return next((line.split()[2].removeprefix("v") for line in said.splitlines() if line.split()[:1] == ["mod"]), "of an unknown version")


def inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Put what is referred to where it is referred to, as the schemas are that kubeconform fetches by itself."""
    if isinstance(schema, list):
        return [inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    beside = {key: inlined(value, definitions) for key, value in schema.items() if key != "$ref" and key not in _NAMES}
    reference = schema.get("$ref")
    return {**inlined(definitions[reference.rpartition(_DEFINITIONS)[2]], definitions), **beside} if isinstance(reference, str) else beside


def command(program: str, schemas: pathlib.Path) -> list[str]:
    """Write its command line: as strict as an API server, and with schemas from this folder alone."""
    return [program, "-strict", "-schema-location", f"{schemas}/{{{{ .ResourceKind }}}}{{{{ .KindSuffix }}}}.json"]


def write_schemas(folder: pathlib.Path) -> None:
    """Write the schemas into a new folder.

    Raises:
        ModuleNotFoundError: kubernetes-validate is not installed.
    """
    published = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema" / _SCHEMAS
    definitions = json.loads((published / "_definitions.json").read_text("utf-8"))["$defs"]
    folder.mkdir()
    for kind in KINDS:
        schema = inlined(json.loads((published / f"{kind}.json").read_text("utf-8")), definitions)
        (folder / f"{kind}.json").write_text(json.dumps(schema), "utf-8")


def ready(schemas: pathlib.Path) -> list[str] | None:
    """Make it ready; None where it is not here, or its schemas are not."""
    program = found()
    if program is None:
        return None
    try:
        write_schemas(schemas)
    except ModuleNotFoundError:
        return None
    return command(program, schemas)
