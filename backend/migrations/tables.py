"""All tables of the program: importing this fills the metadata that migrations are compared with."""

from __future__ import annotations

from sqlalchemy import MetaData

from backend.alerts import care_models, place_models
from backend.alerts import models as alerts
from backend.bookings import models as bookings
from backend.bookings import wish_models
from backend.cockpit import models as cockpit
from backend.devices import models as devices
from backend.ingest import models as ingest
from backend.issues import models as issues
from backend.issues.timing import community_limits
from backend.kernel import arrivals, audit, conversations, job_runs
from backend.kernel.tables import Base
from backend.messaging import models as messaging
from backend.messaging import receipt_models
from backend.phone import models as phone
from backend.points.canteen import models as canteen
from backend.points.earning import models as earning
from backend.points.help import models as neighbours_help
from backend.points.ledger import models as points_ledger
from backend.points.market import models as market
from backend.points.patrol import models as patrol
from backend.points.settlement import models as settlement
from backend.registry import contacts_models, reference
from backend.registry import models as registry

MODULES = (
    alerts,
    arrivals,
    audit,
    bookings,
    canteen,
    care_models,
    cockpit,
    community_limits,
    contacts_models,
    conversations,
    devices,
    earning,
    ingest,
    issues,
    job_runs,
    market,
    messaging,
    neighbours_help,
    patrol,
    phone,
    place_models,
    points_ledger,
    receipt_models,
    reference,
    registry,
    settlement,
    wish_models,
)


def all_tables() -> MetaData:
    """The metadata with every table of MODULES in it."""
    return Base.metadata
