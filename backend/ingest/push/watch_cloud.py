"""GPS watches whose maker's cloud receives them and passes their messages on: the same blocks behind HTTP.

Source: the interface description of one such cloud, `POST {endpoint}/notify` with `deviceId`, `uid`, `flag` and `data`,
to be answered with `Success`. Whether `data` repeats the flag is unverified, so both are read. The cloud answers the
watch itself; our answers to the frame are not needed.
"""

from __future__ import annotations

import re

from backend.ingest.errors import Reason, Undecodable
from backend.ingest.push.pushed import Pushed
from backend.ingest.reading import device_id, mapping, read_json
from backend.ingest.watch_frames import MAX_FRAME, WatchFrame
from backend.ingest.watch_packets import read_watch_frame

_FLAG = re.compile(r"[A-Za-z0-9_]{1,20}", re.ASCII)


def read_watch_cloud(body: bytes) -> Pushed:
    """Read one notification as if the watch had sent it to us. Raises Undecodable."""
    notice = mapping(read_json(body, 2 * MAX_FRAME))
    flag, content = notice.get("flag"), notice.get("data", "")
    if not isinstance(flag, str) or not _FLAG.fullmatch(flag) or not isinstance(content, str):
        raise Undecodable(Reason.WRONG_SHAPE)
    block = content if content == flag or content.startswith(f"{flag},") else f"{flag},{content}"
    frame = WatchFrame("3G", device_id(notice.get("deviceId")), None, block.encode("utf-8", "replace"))
    message = read_watch_frame(frame)
    return Pushed(observations=message.observations, skipped=message.skipped, reply=b"Success")
