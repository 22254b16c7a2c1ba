"""The form of an upload: which fields it has, and how they are read while they stream in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from callscribe.blobs import StoredBlob
from serve_app.api import kinds
from serve_app.api.multipart import Event, PartBegin, PartData, PartEnd
from serve_app.api.problems import ProblemError, invalid, invalid_fields

FILE_FIELD = "file"
MAX_FIELD_BYTES = 32 * 1024
"""Longer than any prompt that a program may send."""
LIST = "[]"
"""What the names of fields that may be given several times end with."""
MOST_VALUES = 10
"""How many different ones such a field may have."""

Fields = TypeVar("Fields", bound=BaseModel)


class UploadForm(Generic[Fields]):
    """Reads one upload's events: a model's fields in any order, and exactly one file, which it streams to ``save``.

    The fields are validated in a context that their model knows.
    """

    def __init__(
        self, events: AsyncIterator[Event], model: type[Fields], *, max_file_bytes: int, context: object
    ) -> None:
        self.filename = ""
        self._events = events
        self._model = model
        self._max_file_bytes = max_file_bytes
        self._context = context
        self._texts: dict[str, list[str]] = {}

    async def read(self, save: Callable[[AsyncIterator[bytes]], Awaitable[StoredBlob]]) -> tuple[Fields, StoredBlob]:
        """Read to the end. Raises ``ProblemError`` naming the field at fault, as soon as it is seen."""
        stored: StoredBlob | None = None
        async for event in self._events:
            match event:
                case PartBegin(name, filename) if name == FILE_FIELD:
                    if stored is not None:
                        raise invalid("form", FILE_FIELD, "Send one file at a time.")
                    self._fields()
                    self.filename = filename or ""
                    stored = await save(self._file())
                case PartBegin(name):
                    await self._field(name)
                case PartData() | PartEnd():
                    pass
        if stored is None:
            raise invalid("form", FILE_FIELD, "The recording is missing.")
        return self._fields(), stored

    async def _file(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._part():
            size += len(piece)
            if size > self._max_file_bytes:
                raise too_large(self._max_file_bytes)
            yield piece

    async def _field(self, name: str) -> None:
        if name not in {field.alias or own for own, field in self._model.model_fields.items()}:
            raise invalid("form", name[:100], "There is no such field.")
        if name in self._texts and not name.endswith(LIST):
            raise invalid("form", name, "The field is given twice.")
        value = bytearray()
        async for piece in self._part():
            value.extend(piece)
            if len(value) > MAX_FIELD_BYTES:
                raise invalid("form", name, f"The value is longer than {MAX_FIELD_BYTES} bytes.")
        try:
            self._keep(name, value.decode())
        except UnicodeDecodeError as error:
            raise invalid("form", name, "The value is not UTF-8.") from error

    def _keep(self, name: str, text: str) -> None:
        texts = self._texts.setdefault(name, [])
        if text in texts:
            return
        if len(texts) == MOST_VALUES:
            raise invalid("form", name, f"The field has more than {MOST_VALUES} values.")
        texts.append(text)

    async def _part(self) -> AsyncIterator[bytes]:
        async for event in self._events:
            match event:
                case PartData(content):
                    yield content
                case PartBegin() | PartEnd():
                    return

    def _fields(self) -> Fields:
        """Validate the fields seen so far; one that is empty, as browsers send it, counts as not given."""
        given = {name: [text for text in texts if text.strip()] for name, texts in self._texts.items()}
        try:
            return self._model.model_validate(
                {name: texts if name.endswith(LIST) else texts[0] for name, texts in given.items() if texts},
                context=self._context,
            )
        except ValidationError as error:
            fields = invalid_fields(error.errors(), "form")
            detail = "; ".join(f"{field.field}: {field.message}" for field in fields)
            raise ProblemError(kinds.INVALID_REQUEST, detail, errors=fields) from error


def described_form(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a form of the fields of this JSON Schema and the file, as a request's body in OpenAPI."""
    file = {
        "type": "string",
        "format": "binary",
        "contentMediaType": "application/octet-stream",
        "description": "MP3, WAV, OGG, OPUS, M4A, MP4, MKV, WebM or FLAC, told by its content.",
    }
    rules = {name: schema[name] for name in ("additionalProperties", "not") if name in schema}
    form = {
        "type": "object",
        "required": [FILE_FIELD],
        "properties": {FILE_FIELD: file, **schema["properties"]},
        **rules,
    }
    encoding = {FILE_FIELD: {"contentType": "audio/*, video/*"}}
    return {"required": True, "content": {"multipart/form-data": {"schema": form, "encoding": encoding}}}


def too_large(max_file_bytes: int) -> ProblemError:
    """Say how large a file may be."""
    return ProblemError(kinds.TOO_LARGE, f"A file may have at most {max_file_bytes} bytes.")
