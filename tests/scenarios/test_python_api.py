"""The Python snippets of the seeds, as they stand there."""

from __future__ import annotations

from tests.support.program import Home
from tests.support.tables import active

ACTIVE_STACK = """
    from zenml.repository import Repository


    repo = Repository()
    active_stack = repo.active_stack
    print(active_stack.name)
    print(active_stack.orchestrator.name)
    print(active_stack.artifact_store.name)
    print(active_stack.artifact_store.path)
    print(active_stack.metadata_store.name)
    print(active_stack.metadata_store.uri)
"""
NEW_STACK = """
    from zenml.repository import Repository
    from zenml.artifact_stores import LocalArtifactStore
    from zenml.orchestrators import LocalOrchestrator
    from zenml.stack import Stack


    repo = Repository()

    # Create a new orchestrator
    orchestrator = LocalOrchestrator(name="local")

    # Create a new artifact store
    artifact_store = LocalArtifactStore(
        name="local",
        path="/tmp/zenml/artifacts",
    )

    # Create a new stack with the new components
    stack = Stack(
        name="local",
        orchestrator=orchestrator,
        artifact_store=artifact_store,
    )

    # Register the new stack
    repo.register_stack(stack)

    # Set the stack as the active stack of the repository
    repo.activate_stack(stack.name)
"""


def test_the_active_stack_and_its_parts(home: Home) -> None:
    answer = home.python(ACTIVE_STACK).exits(0)
    name, orchestrator, store, path, metadata, uri = answer.stdout.splitlines()
    assert (name, orchestrator, store, metadata) == ("default",) * 4
    assert path.startswith(str(home.config / "local_stores"))
    assert uri.startswith(str(home.config / "local_stores"))
    assert uri.endswith("metadata.db")


def test_a_new_stack_is_registered_and_chosen(home: Home) -> None:
    script = NEW_STACK.replace("/tmp/zenml", str(home.work))
    answer = home.python(script).exits(0)
    assert "metadata store" in answer.output  # none was given: the default one is used, and said
    rows = home.done("stack", "list").rows
    assert active(rows, "STACK NAME") == ["local"]
    chosen = next(row for row in rows if row["STACK NAME"] == "local")
    assert (chosen["ORCHESTRATOR"], chosen["ARTIFACT_STORE"]) == ("local", "local")
    assert chosen["METADATA_STORE"] == "default"


def test_what_python_did_is_in_the_history_and_can_be_undone(home: Home) -> None:
    home.python(NEW_STACK.replace("/tmp/zenml", str(home.work))).exits(0)
    home.done("undo")
    home.done("undo")
    assert active(home.done("stack", "list").rows, "STACK NAME") == ["default"]
    assert "local" not in home.done("stack", "list").stdout


def test_a_repository_in_python_is_the_one_of_the_current_folder(used: Home) -> None:
    used.done("stack", "register", "other", "-m", "default", "-a", "default", "-o", "default")
    project = used.folder("project")
    used.done("init", cwd=project)
    used.done("stack", "set", "other", cwd=project)
    script = "from zenml.repository import Repository\nprint(Repository().root, Repository().active_stack.name)"
    assert used.python(script, cwd=project).exits(0).stdout == f"{project} other\n"
    assert used.python(script).exits(0).stdout == "None default\n"


def test_mistakes_in_python_are_the_exceptions_python_expects(used: Home) -> None:
    script = """
        from zenml.repository import Repository
        repo = Repository()
        try:
            repo.activate_stack("nope")
        except KeyError as error:
            print("KeyError", error)
        try:
            repo.deregister_stack("default")
        except ValueError as error:
            print("ValueError", error)
    """
    answer = used.python(script).exits(0)
    first, second = answer.stdout.splitlines()
    assert first.startswith("KeyError")
    assert "nope" in first
    assert second.startswith("ValueError")
    assert "default" in second
