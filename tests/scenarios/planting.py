"""Plants secrets through every door of the program, then uses everything that could show them."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from tests.support.canaries import bytes_below, leaks
from tests.support.program import Home, Result

MYSQL = "metadata-store register {} --flavor=mysql --host=h --database=d"


def canary(name: str) -> str:
    """Returns a secret that stands nowhere else and tells where it was planted."""
    return f"kanari{name.title().replace('_', '')}Vogel77q"


class Watch:
    """Runs commands in a home and keeps all they answered."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.answers: list[Result] = []

    def __call__(self, line: str) -> Result:
        self.answers.append(self.home.run(*shlex.split(line)))
        return self.answers[-1]

    def with_own_code(self, line: str) -> Result:
        """Runs a command that finds the classes in the work folder, which takes longer."""
        self.answers.append(self.home.run(*shlex.split(line), env={"PYTHONPATH": str(self.home.work)}))
        return self.answers[-1]

    def python(self, script: str) -> Result:
        self.answers.append(self.home.python(script))
        return self.answers[-1]

    def leaks(self, secret: str) -> list[str]:
        said = {f"the answer to {answer.words[:3]}": answer.output.encode() for answer in self.answers}
        return leaks(secret, said | bytes_below(self.home.base))


def by_parameter(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --username={secret}User --password={secret}").exits(0)


def by_update(watch: Watch, name: str, secret: str) -> None:
    watch(MYSQL.format(name)).exits(0)
    watch(f"metadata-store update {name} --password={secret}").exits(0)


def by_replacement(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --password={secret}").exits(0)
    watch(f"metadata-store update {name} --password=another").exits(0)
    watch(f"metadata-store remove-attribute {name} --password").exits(0)


def by_url(watch: Watch, name: str, secret: str) -> None:
    url = f"https://user:{secret}@registry.example.com/team"
    watch(f"container-registry register {name} --flavor=default --uri={url}").exits(0)
    watch(f"container-registry describe {name}").exits(0)


def by_url_in_another_parameter(watch: Watch, name: str, secret: str) -> None:
    url = f"https://user:{secret}@registry.example.com/base"
    watch(f"orchestrator register {name} --flavor=local_docker --docker_parent_image={url}").exits(0)
    watch(f"orchestrator describe {name}").exits(0)


def by_file(watch: Watch, name: str, secret: str) -> None:
    file = watch.home.work / "password.txt"
    file.write_text(secret, encoding="utf-8")
    watch(f"{MYSQL.format(name)} --password=@password.txt").exits(0)
    file.unlink()  # the user's own


def by_dry_run(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --password={secret} --dry-run")


def by_failed_registration(watch: Watch, name: str, secret: str) -> None:
    watch(f"metadata-store register {name} --flavor=mysql --host=h --password={secret}").exits(1)


def by_misspelt_parameter(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --pasword={secret}").exits(1)


def by_wrong_type(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --port={secret} --password={secret}").exits(1)


def by_wrong_flavor(watch: Watch, name: str, secret: str) -> None:
    watch(f"metadata-store register {name} --flavor=mysq --password={secret}").exits(1)


def by_missing_equals_sign(watch: Watch, name: str, secret: str) -> None:
    answer = watch(f"{MYSQL.format(name)} --password {secret}")
    assert answer.exit in (0, 1, 2), answer.report()


def by_taken_name(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --password={secret}").exits(0)
    watch(f"{MYSQL.format(name)} --password={secret}").exits(1)


def by_secret_option(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --secret token={secret}")
    watch(f"{MYSQL.format(name)} --secret=token={secret}")


def by_profile_url(watch: Watch, name: str, secret: str) -> None:
    watch(f"profile create {name} --store-type sql --url mysql://root:{secret}@127.0.0.1:9/zenml").exits(1)
    watch(f"profile create {name} --store-type rest --url http://root:{secret}@127.0.0.1:9")
    watch(f"profile describe {name}")


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


def by_answer(watch: Watch, name: str, secret: str) -> None:
    answers = f"h\nd\n3306\nme\n{secret}\n\n\n"
    line = f"metadata-store register {name} --flavor=mysql -i"
    watch.answers.append(watch.home.run(*shlex.split(line), stdin=answers).exits(0))


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


def by_refused_login(watch: Watch, name: str, secret: str) -> None:
    store = f"metadata-store register {name} --flavor=mysql --host=127.0.0.1 --database=d"
    watch(f"{store} --port=1 --username=me --password={secret}").exits(0)
    watch(f"metadata-store up {name}").exits(1)


def by_nested_parameter(watch: Watch, name: str, secret: str) -> None:
    kwargs = shlex.quote(f'{{"endpoint_url": "http://m", "aws_secret_access_key": "{secret}"}}')
    watch(f"artifact-store register {name} --flavor=s3 --path=s3://b --client_kwargs={kwargs}").exits(0)
    watch(f"artifact-store update {name} --config_kwargs={kwargs} --path=s3://c").exits(0)
    watch(f"artifact-store describe {name}").exits(0)


def by_user_of_a_url(watch: Watch, name: str, secret: str) -> None:
    watch(f"container-registry register {name} --flavor=default --uri=https://{secret}@r.example").exits(0)
    watch(f"container-registry update {name} --uri=me:{secret}@r.example:5000/team").exits(0)
    watch(f"container-registry describe {name}").exits(0)


def by_word_after_secret(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --secret {secret}").exits(0)
    watch(f"artifact-store register {name} --flavor=s3 --path=s3://b --secret {secret}").exits(0)
    watch(f"alerter register {name} --flavor=slack --secret {secret}").exits(1)
    watch(f"metadata-store describe {name}").exits(0)


def by_stray_word(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} {secret}").exits(2)
    watch(f"metadata-store update default {secret} --port=1").exits(2)
    watch(f"metadata-store remove-attribute default {secret} --port").exits(2)
    watch(f"{MYSQL.format(name)} -p{secret}").exits(2)


def by_file_that_is_not_there(watch: Watch, name: str, secret: str) -> None:
    watch(f"{MYSQL.format(name)} --password=@{secret}").exits(1)
    watch(f"{MYSQL.format(name)} --pasword=@{secret}").exits(1)


def by_reason(watch: Watch, name: str, secret: str) -> None:
    reason = shlex.quote(f"{secret} is the new one")
    watch(f"{MYSQL.format(name)} --password={secret} --reason {reason}").exits(0)
    watch(f"metadata-store update {name} --port=x --password={secret} --reason {reason}").exits(1)


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


DOORS: list[Callable[[Watch, str, str], None]] = [
    by_parameter,
    by_update,
    by_replacement,
    by_url,
    by_url_in_another_parameter,
    by_file,
    by_dry_run,
    by_failed_registration,
    by_misspelt_parameter,
    by_wrong_type,
    by_wrong_flavor,
    by_missing_equals_sign,
    by_taken_name,
    by_secret_option,
    by_profile_url,
    by_python,
    by_document,
    by_exported_stack,
    by_answer,
    by_flavor_of_ones_own,
    by_refused_login,
    by_nested_parameter,
    by_user_of_a_url,
    by_word_after_secret,
    by_stray_word,
    by_file_that_is_not_there,
    by_reason,
    by_parameter_of_another_version,
    by_name_in_an_unknown_class,
    by_error_of_ones_own_class,
]


def look_around(watch: Watch) -> None:
    """Runs everything that shows, changes, moves or takes back what was planted; what is not offered may fail."""
    for line in (
        "metadata-store list",
        "container-registry list",
        "orchestrator list",
        "profile list",
        "metadata-store describe by_parameter",
        "metadata-store describe by_file",
        "metadata-store describe by_secret_option",
        "stack register s -m by_parameter -a default -o by_url_in_another_parameter -c by_url",
        "stack describe s",
        "stack list",
        "stack export s s.yaml",
        "stack copy s t",
        "metadata-store copy by_parameter m2",
        "export",
        "export --out all.yaml",
        "profile import all.yaml --name imported",
        "apply -f all.yaml",
        "stack set s",
        "stack up",
        "stack down --force --yes",
        "stack set default",
        "metadata-store flavor describe mysql",
        "metadata-store update by_parameter --host=h2",
        "metadata-store rename by_parameter m3",
        "profile create other",
        "stack copy s s --to other",
        "stack delete s -y",
        "metadata-store delete m3",
        "container-registry delete by_url",
        "undo",
        "undo",
        "redo",
        "history --all",
        "history --all --output json",
        "show @",
        "diff --output json",
        "blame metadata-store m3",
        "ledger verify",
        "audit verify",
        "audit export bundle",
        "config",
    ):
        watch.with_own_code(line) if line.startswith(("apply", "profile import")) else watch(line)
