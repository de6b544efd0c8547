"""Facts the ledger records, one module for each noun. No rule, no I/O.

Every class has a pinned topic: the class may move or be renamed, the stored word stays. What is replaced
or removed is carried along, so that each event can be undone from itself alone. Ids identify;
names are labels as they were at the time. A class whose shape must change gets a successor with a
topic of its own and an entry in `zenml.domain.upcasts`.
"""

from __future__ import annotations

from typing import get_args

from zenml.domain.events.activation import *  # noqa: F403
from zenml.domain.events.activation import ActivationEvents
from zenml.domain.events.approvals import *  # noqa: F403
from zenml.domain.events.approvals import ApprovalEvents
from zenml.domain.events.base import Event as Event
from zenml.domain.events.changes import *  # noqa: F403
from zenml.domain.events.changes import ChangeBegan
from zenml.domain.events.components import *  # noqa: F403
from zenml.domain.events.components import ComponentEvents
from zenml.domain.events.copies import *  # noqa: F403
from zenml.domain.events.copies import CopyEvents
from zenml.domain.events.evidence import *  # noqa: F403
from zenml.domain.events.evidence import EvidenceEvents
from zenml.domain.events.exports import *  # noqa: F403
from zenml.domain.events.exports import ExportEvents
from zenml.domain.events.flavors import *  # noqa: F403
from zenml.domain.events.flavors import FlavorEvents
from zenml.domain.events.labels import *  # noqa: F403
from zenml.domain.events.labels import LabelEvents
from zenml.domain.events.profiles import *  # noqa: F403
from zenml.domain.events.profiles import ProfileEvents
from zenml.domain.events.provisioning import *  # noqa: F403
from zenml.domain.events.provisioning import ProvisioningEvents
from zenml.domain.events.repositories import *  # noqa: F403
from zenml.domain.events.repositories import RepositoryEvents
from zenml.domain.events.runs import *  # noqa: F403
from zenml.domain.events.runs import RunsEvents
from zenml.domain.events.stacks import *  # noqa: F403
from zenml.domain.events.stacks import StackEvents
from zenml.domain.events.tokens import *  # noqa: F403
from zenml.domain.events.tokens import TokenEvents

DomainEvent = (
    ComponentEvents
    | StackEvents
    | FlavorEvents
    | ProfileEvents
    | ActivationEvents
    | RepositoryEvents
    | ProvisioningEvents
    | LabelEvents
    | ExportEvents
    | CopyEvents
    | TokenEvents
    | EvidenceEvents
    | ApprovalEvents
    | RunsEvents
)
"""Every fact there is, except the beginning of a change."""

TOPICS: dict[str, type[Event]] = {event.TOPIC: event for event in (ChangeBegan, *get_args(DomainEvent))}
"""The closed set of topics: nothing else is ever read, whatever a database row names."""
