"""Ways in for secrets that are typed: as parameters, options, words and answers."""

from __future__ import annotations

import shlex

from tests.scenarios.watching import MYSQL, Watch


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


def by_answer(watch: Watch, name: str, secret: str) -> None:
    answers = f"h\nd\n3306\nme\n{secret}\n\n\n"
    line = f"metadata-store register {name} --flavor=mysql -i"
    watch.answers.append(watch.home.run(*shlex.split(line), stdin=answers).exits(0))


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
