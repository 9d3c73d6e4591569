"""What a bot needs to download a file."""

from __future__ import annotations

from playground.telegram.errors import bad_request
from playground.telegram.files import LARGEST_DOWNLOAD
from playground.telegram.render import file_object
from playground.telegram.state import Json

from .call import Call


def get_file(call: Call) -> Json:
    file = call.world.files.by_file_id(call.bot, call.arguments["file_id"])
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return file_object(call.bot, file) | {"file_path": file.path}
