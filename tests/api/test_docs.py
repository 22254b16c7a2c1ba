"""The description of the API, and its pages without another server."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import jsonschema
from fastapi import FastAPI

from callscribe.domain import Template
from serve_app.api import Services
from serve_app.api.kinds import KINDS
from tests.api.house import PROBLEM


async def test_the_first_page_is_the_web_pages_or_without_them_the_docs(
    client: httpx.AsyncClient, app: FastAPI, services: Services
) -> None:
    first = await client.get("/")
    app.state.services = replace(services, settings=services.settings.model_copy(update={"pages": False}))
    without = await client.get("/")

    assert (first.status_code, first.headers["location"], without.headers["location"]) == (307, "/ui/", "/docs")


async def test_the_pages_load_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    assert page.status_code == 200
    assert re.findall(r"https?://", page.text) == []
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert (await client.get(asset)).status_code == 200, asset


def _operations(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    ]


def test_every_route_is_described_with_its_problems(app: FastAPI) -> None:
    for name, operation in _operations(app):
        assert operation["summary"], name
        assert operation["description"], name
        problems = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert name == "GET /healthz" or "500" in problems, name
        for status, answer in problems.items() if " /v1/" not in name else ():
            content = answer["content"][PROBLEM]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert all(KINDS[code].status == int(status) for code in content["examples"]), name


def test_openai_s_paths_are_described_with_openai_s_errors(app: FastAPI) -> None:
    paths = {name: operation for name, operation in _operations(app) if " /v1/" in name}
    assert set(paths) == {"POST /v1/audio/transcriptions", "GET /v1/models", "GET /v1/models/{model}"}
    for operation in paths.values():
        for status, answer in operation["responses"].items():
            schema = answer["content"]["application/json"]["schema"]
            assert (schema == {"$ref": "#/components/schemas/ErrorBody"}) == (int(status) >= 400)
            assert status != "422"


def test_every_answer_and_body_in_json_has_an_example_that_is_one(app: FastAPI) -> None:
    schemas = app.openapi()["components"]["schemas"]
    for name, operation in _operations(app):
        answers = [answer for status, answer in operation["responses"].items() if int(status) < 300]
        for message in (*answers, operation.get("requestBody", {})):
            schema = message.get("content", {}).get("application/json", {}).get("schema")
            assert schema is None or _tells(schema, schemas), name
    for schema in schemas.values():
        for example in schema.get("examples", ()):
            jsonschema.validate(example, {**schema, "components": {"schemas": schemas}})


def _tells(schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    """Whether a stranger sees what a value of this schema looks like."""
    if "$ref" in schema:
        return _tells(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.keys() & {"examples", "enum", "const", "format"} or schema.get("type") == "boolean":
        return True
    inside = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    some = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return bool(inside or some) and all(_tells(each, schemas) for each in (*inside, *some))


def test_every_parameter_is_described(app: FastAPI) -> None:
    for name, operation in _operations(app):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{name}: {parameter['name']}"


def test_every_reference_leads_somewhere(app: FastAPI) -> None:
    schema = app.openapi()
    references = set(re.findall(r"'#/components/schemas/(\w+)'", str(schema)))

    assert references
    assert references == set(schema["components"]["schemas"])


def test_every_parameter_and_field_of_the_upload_is_described(app: FastAPI) -> None:
    upload = dict(_operations(app))["POST /api/v1/transcribe"]
    form = upload["requestBody"]["content"]["multipart/form-data"]["schema"]

    assert set(form["properties"]) == {
        "file",
        "language",
        "num_speakers",
        "template",
        "title",
        "started_at",
        "webhook_url",
    }
    assert all(field["description"] for field in form["properties"].values())


def test_a_retry_describes_its_template(app: FastAPI) -> None:
    parameters = dict(_operations(app))["POST /api/v1/tasks/{task_id}/retry"]["parameters"]

    template = next(parameter for parameter in parameters if parameter["name"] == "template")
    assert template["description"]
    assert app.openapi()["components"]["schemas"]["Template"]["enum"] == list(Template)
