"""The secrets of a run's configuration, opened: to be looked for in what is recorded, and handed over if asked."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.component_types import display
from zenml.domain.errors import LedgerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.database import Database
    from zenml.runs.configuration import Configuration


class OpenedSecrets(namedtuple("OpenedSecrets", "values notices", defaults=((), ()))):
    """What could be opened.

    Attributes:
        values: Component type, parameter and value of each.
        notices: A sentence for each that is gone, or that cannot be opened here.
    """

    __slots__ = ()
    values: tuple[tuple[str, str, Any], ...]
    notices: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Their names as runs record them: ``<component type>.<parameter>``, sorted."""
        return tuple(sorted(f"{component_type}.{parameter}" for component_type, parameter, _ in self.values))


def opened_secrets(database: Database, config_directory: str, configuration: Configuration) -> OpenedSecrets:
    """Returns the secrets of a configuration as far as they can be opened; raises nothing where one cannot.

    Args:
        database: The ledgers.
        config_directory: The configuration folder, which has the keys.
        configuration: What a run is to have.
    """
    if next(configuration.secret_parameters(), None) is None:
        return OpenedSecrets()
    from zenml.ledger.secrets.keyring import Keyring  # with what encrypts, which many stacks do not need
    from zenml.snapshot.revealing import Absent, not_here, value_of

    keyring = Keyring(config_directory)
    keyring.look_at(database, configuration.profile_ledger_id)
    values, notices = list[tuple[str, str, "Any"]](), list[str]()
    for component_type, parameter, setting in configuration.secret_parameters():
        component = configuration.components[component_type]
        what = f"The secret '{parameter}' of {display(component_type)} '{component.name}'"
        try:
            value = value_of(database, keyring, setting, component.ledger_id)
            if value is Absent.NOT_HERE:
                raise not_here(database, component, parameter)
        except LedgerError as error:
            reason = (
                error.message if error.message.startswith(what) else f"{what} cannot be opened: {error.message}"
            )
            notices.append(f"{reason} It is not looked for in what is recorded.")
            continue
        if value is Absent.DESTROYED or value is Absent.SHREDDED:
            gone = "shredded" if value is Absent.SHREDDED else "redacted"
            notices.append(f"{what} was {gone}: it is unset.")
        else:
            values.append((component_type, parameter, value))
    return OpenedSecrets(tuple(values), tuple(notices))
