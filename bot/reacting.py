"""Joins the two tables that hear events: reactions of other domains first, then who is notified."""

from __future__ import annotations

from backend.notify.table import notifications
from backend.reactions import REACTIONS

from backend.kernel.events import ReactionTable, merged
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts


def all_reactions(texts: Texts, settings: Settings) -> ReactionTable:
    """Everything that happens because something happened, in the same transaction."""
    return merged(REACTIONS, notifications(texts, video_base_url=settings.video_base_url))
