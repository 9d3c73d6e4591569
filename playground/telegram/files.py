"""Files: what is uploaded, how big it may be, and a photo's sizes."""

from __future__ import annotations

import io
import mimetypes
import secrets
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, UnidentifiedImageError

from .errors import Impossible, bad_request
from .state import Bot, Json, Media, Picture, StoredFile

MEGABYTE = 1024 * 1024
LARGEST_PHOTO = 10 * MEGABYTE
LARGEST_UPLOAD = 50 * MEGABYTE
LARGEST_DOWNLOAD = 20 * MEGABYTE
LARGEST_FROM_PERSON = 60 * MEGABYTE  # real telephones send up to 2 GB; enough to meet the bot's limit of 20 MB
LONGEST_SIDES = 10_000
THUMBNAIL_SIDES = (90, 320)
FOLDERS = {"photo": "photos", "voice": "voice", "video": "videos", "audio": "music", "animation": "animations"}
DEFAULT_MIME = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "audio": "audio/mpeg"}
UNKNOWN_MIME = "application/octet-stream"
EXTENSIONS = {"image/jpeg": ".jpg", "audio/ogg": ".oga", "video/mp4": ".mp4", "audio/mpeg": ".mp3"}


@dataclass(frozen=True)
class Upload:
    """A file as it came in."""

    name: str | None
    mime: str | None
    content: bytes


@dataclass
class FileStore:
    """All bytes of one world, by their unique id and by their path."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    paths: dict[str, StoredFile] = field(default_factory=dict)
    known: dict[str, Media] = field(default_factory=dict)  # what a file id may be sent as again

    def add(self, kind: str, upload: Upload) -> StoredFile:
        mime = upload.mime or UNKNOWN_MIME
        if kind == "photo" or "/" not in mime or mime == UNKNOWN_MIME:
            mime = DEFAULT_MIME.get(kind) or mimetypes.guess_type(upload.name or "")[0] or UNKNOWN_MIME
        path = f"{FOLDERS.get(kind, 'documents')}/file_{len(self.files)}{EXTENSIONS.get(mime, '')}"
        file = StoredFile(secrets.token_hex(8), upload.name, mime, upload.content, path)
        self.files[file.unique_id] = self.paths[path] = file
        return file

    def by_file_id(self, bot: Bot, file_id: str) -> StoredFile:
        """Find what `file_id` names; one bot's file ids mean nothing to another bot."""
        owner, _, unique_id = file_id.removeprefix("Ag").rpartition("_")
        file = self.files.get(unique_id)
        if file is None or file_id != file_id_for(bot, file) or not owner:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file

    def media(self, kind: str, upload: Upload, **facts: Any) -> Media:
        """Keep an upload as a message's media; raises `Impossible` when a photo is none."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if kind == "photo":
            media = Media(kind, *self._photo(upload))
        else:
            given = {key: value for key, value in facts.items() if value is not None}
            media = Media(kind, self.add(kind, upload), facts=REQUIRED_FACTS.get(kind, {}) | given)
        for file in (media.file, *(picture.file for picture in media.pictures)):
            self.known[file.unique_id] = media
        return media

    def _photo(self, upload: Upload) -> tuple[StoredFile, Json, tuple[Picture, ...]]:
        try:
            with Image.open(io.BytesIO(upload.content)) as image:
                if sum(image.size) > LONGEST_SIDES or max(image.size) > 20 * min(image.size):
                    raise bad_request("PHOTO_INVALID_DIMENSIONS")
                pictures = [self._scaled(image, side) for side in THUMBNAIL_SIDES if side < max(image.size)]
                file = self.add("photo", upload)
                pictures.append(Picture(file, *image.size))
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise bad_request("IMAGE_PROCESS_FAILED") from None
        return file, {}, tuple(pictures)

    def _scaled(self, image: Image.Image, side: int) -> Picture:
        copy = image.copy().convert("RGB")
        copy.thumbnail((side, side))
        buffer = io.BytesIO()
        copy.save(buffer, "JPEG", quality=70)
        return Picture(self.add("photo", Upload(None, "image/jpeg", buffer.getvalue())), *copy.size)


REQUIRED_FACTS: dict[str, Json] = {
    "voice": {"duration": 1},
    "audio": {"duration": 1},
    "video": {"duration": 1, "width": 640, "height": 360},
    "animation": {"duration": 1, "width": 320, "height": 240},
}


def file_id_for(bot: Bot, file: StoredFile) -> str:
    return f"Ag{bot.id:x}_{file.unique_id}"


def person_may_send(upload: Upload) -> Upload:
    """Refuse what a telephone could not send here."""
    if not upload.content:
        raise Impossible("the file is empty")
    if len(upload.content) > LARGEST_FROM_PERSON:
        raise Impossible("the file is too big", status=413)
    return upload
