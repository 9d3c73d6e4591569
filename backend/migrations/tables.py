"""All tables of the program: importing this fills the metadata that migrations are compared with."""

from __future__ import annotations

from sqlalchemy import MetaData

from backend.bookings import models as bookings
from backend.bookings import wish_models
from backend.cockpit import models as cockpit
from backend.issues import models as issues
from backend.kernel import arrivals, audit, conversations, job_runs
from backend.kernel.tables import Base
from backend.messaging import models as messaging
from backend.registry import contacts_models, reference
from backend.registry import models as registry

MODULES = (
    arrivals,
    audit,
    bookings,
    cockpit,
    contacts_models,
    conversations,
    issues,
    job_runs,
    messaging,
    reference,
    registry,
    wish_models,
)


def all_tables() -> MetaData:
    """The metadata with every table of MODULES in it."""
    return Base.metadata
