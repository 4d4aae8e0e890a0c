"""A web service that answers specs with manifests, and keeps every request to what its site allows."""

from __future__ import annotations

import json
import pathlib
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import JSONResponse

from kqmanifest import Diagnostic, Document, FileServer, ManifestError, Platform, build, load
from kqmanifest.compiler.options import DEFAULT_VERSION
from kqmanifest.pipeline import write
from kqmanifest.site import read_site
from kqmanifest.specschema import spec_schema

HERE: Final = pathlib.Path(__file__).parent
LARGEST: Final = 256 * 1024
"""The bytes that a request may have."""
YAML: Final = "application/yaml"
JSON: Final = "application/json"

SITE: Final = read_site((HERE / "site.json").read_bytes(), source="site.json")
PLATFORM: Final = Platform(nfs=FileServer(server="nfs-server", root="/var/lib/kamonohashi/nfs"), tenant="sandbox", secret="kqi-tokens")  # noqa: S106  its name
"""Both are frozen values: requests share them, and none can change them."""

app: Final = FastAPI(title="Manifests of training jobs", description="Takes a spec, or a list of them; answers a checked manifest.")


async def body(request: Request) -> bytes:
    """Read a request as far as it may go."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LARGEST:
            raise HTTPException(413, f"a spec may have {LARGEST} bytes")
    return bytes(content)


@app.post("/render", response_class=Response)
def render(content: Annotated[bytes, Depends(body)], request: Request) -> Response:
    """Answer the manifest of a spec, as YAML or as JSON by the request's Accept."""
    documents: tuple[Document, ...] = ()
    try:
        documents = load(content, format="json")
        manifest = build(documents, kubernetes=DEFAULT_VERSION, platform=PLATFORM, site=SITE)
    except ManifestError as error:
        value = documents[0].value if documents else None
        return JSONResponse({"detail": [told(one, value) for one in error.diagnostics]}, 422)
    form = JSON if prefers_json(request.headers.get("accept", YAML)) else YAML
    return Response(write(manifest, "json" if form == JSON else "yaml"), media_type=form)


def told(diagnostic: Diagnostic, value: Any) -> dict[str, Any]:
    """Say what is wrong as FastAPI does: ``loc`` leads through the request to the field."""
    try:
        steps: tuple[str | int, ...] = diagnostic.path.steps(value)
    except LookupError:
        steps = diagnostic.path.tokens
    return {
        "loc": ["body", *steps],
        "pointer": str(diagnostic.path),
        "type": diagnostic.severity,
        "code": diagnostic.code,
        "msg": diagnostic.message,
        "hint": diagnostic.hint,
    }


def prefers_json(accept: str) -> bool:
    """Say whether JSON comes before YAML in an Accept header."""
    kinds = [kind.partition(";")[0].strip() for kind in accept.split(",")]
    return next((kind == JSON for kind in kinds if kind in {JSON, YAML}), False)


def openapi() -> dict[str, Any]:
    """Describe the service, and the specs that it takes by the library's own schema of them."""
    if app.openapi_schema is None:
        described = FastAPI.openapi(app)
        schema: dict[str, Any] = json.loads(json.dumps(spec_schema(DEFAULT_VERSION)).replace('"#/$defs/', '"#/components/schemas/'))
        schema.pop("$schema")
        described.setdefault("components", {}).setdefault("schemas", {}).update(schema.pop("$defs"))
        described["paths"]["/render"]["post"] |= {
            "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
            "responses": {
                "200": {
                    "description": "The manifest",
                    "content": {YAML: {"schema": {"type": "string"}}, JSON: {"schema": {"type": "object"}}},
                },
                "413": {"description": "The request is too large"},
                "422": {"description": "The spec is at fault", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}}},
            },
        }
        described["components"]["schemas"]["Refusal"] = REFUSAL
        app.openapi_schema = described
    return app.openapi_schema


_TEXT: Final = {"type": "string"}
_FIELDS: Final = {"pointer": _TEXT, "type": {"enum": ["error", "warning"]}, "code": _TEXT, "msg": _TEXT, "hint": _TEXT}
_FAULT: Final = {"type": "object", "properties": {"loc": {"type": "array", "items": {"type": ["string", "integer"]}}, **_FIELDS}}
REFUSAL: Final = {"type": "object", "properties": {"detail": {"type": "array", "items": _FAULT}}}

app.openapi = openapi  # type: ignore[method-assign]  # how FastAPI is told of a schema that is not its own
