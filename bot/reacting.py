"""Joins the tables that hear events: reactions of other domains first, the web door, then who is notified."""

from __future__ import annotations

from backend.cockpit.reactions import REACTIONS as WEB_DOOR
from backend.kernel.events import ReactionTable, merged
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts
from backend.notify.table import notifications
from backend.phone.reactions import telephone_reactions
from backend.reactions import REACTIONS, speaking_reactions
from backend.reactions.contacts import contact_reactions


def all_reactions(texts: Texts, settings: Settings) -> ReactionTable:
    """Everything that happens because something happened, in the same transaction."""
    spoken = notifications(texts, video_base_url=settings.video_base_url)
    return merged(
        REACTIONS,
        speaking_reactions(texts, settings.language),
        contact_reactions(texts, settings.language),
        WEB_DOOR,
        telephone_reactions(texts),
        spoken,
    )
