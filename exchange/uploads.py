"""Uploads (ファイルの受け口): straight into the spool, never into a temporary file in the open."""

from typing import TYPE_CHECKING, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from exchange import spool
from exchange.spool import Spooled, SpoolRefused

if TYPE_CHECKING:
    _Upload = UploadedFile[bytes]
else:  # Django's class cannot be subscripted when the program runs
    _Upload = UploadedFile


class SpooledUpload(_Upload):
    """A container that lies in the spool; its own name is not kept."""

    def __init__(self, spooled: Spooled) -> None:
        super().__init__(file=None, name="container", size=spooled.size)
        self.spooled = spooled


class SpoolHandler(FileUploadHandler):
    """Hands what arrives to the spool; a refusal is remembered, the form's other fields stay."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.refusal: SpoolRefused | None = None
        self._writer: spool.Writer | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._writer = spool.Writer()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's own signature
        if self.refusal is not None or self._writer is None:
            return
        try:
            self._writer.write(raw_data)
        except SpoolRefused as refusal:
            self.refusal = refusal

    def file_complete(self, file_size: int) -> _Upload | None:  # noqa: ARG002 - Django's own signature
        if self.refusal is not None or self._writer is None:
            return None
        try:
            return SpooledUpload(self._writer.finish())
        except SpoolRefused as refusal:
            self.refusal = refusal
            return None

    def upload_interrupted(self) -> None:
        if self._writer is not None:
            self._writer.abandon()


def into_the_spool(request: HttpRequest) -> SpoolHandler:
    """Let this request's upload go to the spool; before anything has read the request."""
    handler = SpoolHandler(request)
    request.upload_handlers = cast("Any", [handler])
    return handler
