"""Ways in for secrets that stand in files, in classes of one's own and in Python."""

from __future__ import annotations

import shlex

from tests.scenarios.watching import MYSQL, Watch


def by_file(watch: Watch, name: str, secret: str) -> None:
    file = watch.home.work / "password.txt"
    file.write_text(secret, encoding="utf-8")
    watch(f"{MYSQL.format(name)} --password=@password.txt").exits(0)
    file.unlink()  # the user's own


def by_python(watch: Watch, name: str, secret: str) -> None:
    watch.python(
        f"""
        from zenml.metadata_stores import MySQLMetadataStore
        from zenml.repository import Repository
        store = MySQLMetadataStore(name="{name}", host="h", database="d", password="{secret}")
        print(store, repr(store), [store])
        Repository().register_stack_component(store)
        print(Repository().get_stack_components(store.TYPE))
        """
    ).exits(0)


def by_document(watch: Watch, name: str, secret: str) -> None:
    file = watch.home.work / "document.yaml"
    parameters = f"{{host: h, database: d, password: {secret}}}"
    line = f"  - {{type: metadata_store, name: {name}, flavor: mysql, parameters: {parameters}}}"
    file.write_text(f"components:\n{line}\n", encoding="utf-8")
    watch(f"apply -f document.yaml --plan-out {name}.plan").exits(0)
    watch("apply -f document.yaml --dry-run").exits(0)
    watch(f"apply --plan {name}.plan").exits(0)
    file.write_text(f"components:\n{line.replace('mysql', 'mysq')}\n", encoding="utf-8")
    watch("apply -f document.yaml").exits(1)
    file.unlink()  # the user's own


def by_exported_stack(watch: Watch, name: str, secret: str) -> None:
    file = watch.home.work / "theirs.yaml"
    store = f"{{flavor: mysql, name: {name}, host: h, database: d, password: {secret}}}"
    parts = [f"  metadata_store: {store}", "  orchestrator: {flavor: local, name: theirs}"]
    parts.append("  artifact_store: {flavor: s3, name: theirs, path: 's3://b', key: " + secret + "}")
    file.write_text("\n".join(["components:", *parts, "stack_name: theirs", ""]), encoding="utf-8")
    watch(f"stack import {name} -f theirs.yaml").exits(0)
    file.unlink()
    watch(f"stack export {name} {name}.yaml").exits(0)


def by_flavor_of_ones_own(watch: Watch, name: str, secret: str) -> None:
    lines = (
        "from typing import Annotated",
        "from zenml.domain.secrecy import SECRET",
        "from zenml.alerters import BaseAlerter",
        "class Own(BaseAlerter):",
        "    FLAVOR = 'own'",
        "    passphrase: Annotated[str, SECRET]",
        "    def provision(self):",
        "        raise RuntimeError('it cannot be reached')",
    )
    (watch.home.work / "own_alerter.py").write_text("\n".join(lines), encoding="utf-8")
    watch.with_own_code("alerter flavor register own_alerter.Own").exits(0)
    watch.with_own_code(f"alerter register {name} --flavor=own --passphrase={secret}").exits(0)
    watch(f"alerter describe {name}").exits(0)
    watch.with_own_code(f"alerter up {name}").exits(1)


def by_parameter_of_another_version(watch: Watch, name: str, secret: str) -> None:
    file = watch.home.work / "earlier.yaml"
    store = f"{{flavor: kubeflow, name: {name}, host: h, database: d, password: {secret}}}"
    parts = [f"  metadata_store: {store}", "  orchestrator: {flavor: local, name: theirs}"]
    parts.append("  artifact_store: {flavor: local, name: theirs2}")
    file.write_text("\n".join(["components:", *parts, "stack_name: earlier", ""]), encoding="utf-8")
    watch(f"stack import {name} -f earlier.yaml").exits(0)
    file.unlink()
    watch(f"metadata-store update {name} --host=h2").exits(0)
    watch(f"metadata-store copy {name} {name}2").exits(0)
    watch(f"metadata-store remove-attribute {name} --password").exits(0)


def by_name_in_an_unknown_class(watch: Watch, name: str, secret: str) -> None:
    file = watch.home.work / "unknown.yaml"
    flavor = "flavors:\n  - {type: alerter, name: nowhere, source: not.installed.Alerter}"
    line = f"  - {{type: alerter, name: {name}, flavor: nowhere, parameters: {{api_token: {secret}}}}}"
    file.write_text(f"{flavor}\ncomponents:\n{line}\n", encoding="utf-8")
    watch("apply -f unknown.yaml --dry-run").exits(0)
    watch("apply -f unknown.yaml").exits(0)
    file.unlink()
    watch(f"alerter describe {name}").exits(0)


def by_error_of_ones_own_class(watch: Watch, name: str, secret: str) -> None:
    lines = (
        "from zenml.alerters import BaseAlerter",
        "class Loud(BaseAlerter):",
        "    FLAVOR = 'loud'",
        "    api_token: str",
        "    kwargs: dict[str, str] = {}",
        "    def provision(self):",
        "        raise RuntimeError(f'no login with {self.api_token} and {self.kwargs}')",
    )
    (watch.home.work / "loud_alerter.py").write_text("\n".join(lines), encoding="utf-8")
    watch.with_own_code("alerter flavor register loud_alerter.Loud").exits(0)
    kwargs = shlex.quote(f'{{"pwd": "{secret}Inside"}}')
    watch.with_own_code(f"alerter register {name} --flavor=loud --api_token={secret} --kwargs={kwargs}").exits(0)
    refused = watch.with_own_code(f"alerter up {name}").exits(1)
    assert "no login with" in refused.output, "the error itself is told"
