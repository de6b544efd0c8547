"""What components need on this machine: prepared and taken away outside of the ledger, and recorded there."""

from __future__ import annotations

from zenml.api.recording import Recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zenml.application.provisioning import Loaded, Prepared
    from zenml.flavors.removal import Fate
    from zenml.ledger.change import Change
    from zenml.snapshot.reading import Reading


class OnThisMachine(Recording):
    """Prepares what components need, and takes it away."""

    def provision(self, components: Mapping[str, str]) -> tuple[list[Prepared], Change | None]:
        """Prepares what components, given by type and name, need on this machine, and records it.

        Done twice, it finds everything prepared and records nothing. Nothing is prepared in a dry run.

        Returns:
            What became of each, and the change that was recorded.
        """
        from zenml.application.provisioning import provision

        return self._prepared(components, provision)

    def suspend(self, components: Mapping[str, str]) -> tuple[list[Prepared], Change | None]:
        """Stops what runs for components on this machine, and records it. Returns as `provision` does."""
        from zenml.application.provisioning import suspend

        return self._prepared(components, suspend)

    def deprovision(self, components: Mapping[str, str]) -> tuple[list[Prepared], Change | None]:
        """Removes what was made for components on this machine, and records it.

        What somebody filled, or what another stack or component uses too, is kept.

        Returns:
            As `provision` does.
        """
        from zenml.application.provisioning import deprovision

        return self._prepared(components, deprovision)

    def made_for(self, components: Mapping[str, str]) -> list[str]:
        """Returns the paths that `provision` made for components, given by type and name."""
        from zenml.application.provisioning import having

        def found(now: Reading) -> list[str]:
            ids = [now.component(kind, name).component_id for kind, name in components.items()]
            return [path for component_id in ids for path in having(now, component_id).made]

        return self.ask(found)

    def outlook_of_deprovision(self, components: Mapping[str, str]) -> list[tuple[Loaded, list[Fate]]]:
        """Returns what `deprovision` would do with each path that was made for each component."""
        from zenml.application.provisioning import fates_of, loaded

        master_key = self._writing().master_key
        return [(it, fates_of(it)) for it in self.ask(lambda now: loaded(now, master_key, components))]

    def _prepared(
        self, components: Mapping[str, str], do: Callable[[Loaded], Prepared]
    ) -> tuple[list[Prepared], Change | None]:
        from zenml.application.provisioning import loaded

        if self.dry_run:  # components are not made for it: that may run the code of a custom flavor
            self.ask(lambda now: [now.component(kind, name) for kind, name in components.items()])
            return [], None
        before = self.ask(lambda now: loaded(now, self._writing().master_key, components))
        done = [do(it) for it in before]
        changed = {}
        for it, was in zip(done, before, strict=False):
            if it.having != was.having:
                changed[f"{it.component_type}/{it.name}"] = it.having
        return done, self._record("record_provisioning", changed) if changed else None
