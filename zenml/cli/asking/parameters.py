"""Asks for the parameters of a component, one after the other, until they are right."""

from __future__ import annotations

from collections.abc import Iterable

from zenml.cli.asking.terminal import read_line
from zenml.cli.options.parameters import expand_value
from zenml.cli.screen.notices import notice
from zenml.domain.errors import InvalidValueError
from zenml.flavors.base import Parameter, StackComponent
from zenml.flavors.build import ComponentParametersError, build_from
from zenml.flavors.documentation import parameter_docs


def ask(flavor: type[StackComponent], name: str, given: dict[str, str]) -> dict[str, str]:
    """Returns the parameters of a component: those that were given, and what is answered for the others.

    A wrong answer is refused at once, and the question repeated. ENTER keeps the default, or leaves a parameter
    unset.

    Args:
        flavor: What the component is made of.
        name: Its name.
        given: The parameters that are not asked for.
    """
    parameters, docs = (
        {parameter.name: parameter for parameter in flavor.describe_parameters()},
        parameter_docs(flavor),
    )
    answers = dict(given)
    unanswered = [parameter_name for parameter_name in parameters if parameter_name not in given]
    while True:
        for parameter_name in unanswered:
            _ask(flavor, name, parameters[parameter_name], docs.get(parameter_name, ""), answers)
        problems, _ = _problems(flavor, name, answers)
        unanswered = [
            parameter_name
            for parameter_name in parameters
            if any(parameter_name in problem for problem in problems)
        ]
        if not unanswered:
            return answers
        _print_problems(problems)


def _ask(
    flavor: type[StackComponent], name: str, parameter: Parameter, meaning: str, answers: dict[str, str]
) -> None:
    if meaning:
        notice(meaning)
    while True:
        answers.pop(parameter.name, None)
        text = _answer(parameter)
        try:
            if text:
                answers[parameter.name] = expand_value(text, parameter.name)
        except InvalidValueError as error:
            _print_problems([error.message])
            continue
        problems, joint = _problems(flavor, name, answers)
        own = [
            problem for problem in problems if problem.startswith(f"{parameter.name}: ") and problem not in joint
        ]
        if not own:
            return
        _print_problems(own)


def _answer(parameter: Parameter) -> str:
    default = parameter.default
    if parameter.required:
        may_be_empty = "required"
    elif default in (None, "", {}, []):
        may_be_empty = "ENTER to leave it empty"
    else:
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        may_be_empty = f"ENTER for {shown}"
    question = f"{parameter.name} ({parameter.type}, {may_be_empty})"
    return read_line(question, hidden=parameter.secret).strip()


def _problems(
    flavor: type[StackComponent], name: str, answers: dict[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns what is wrong, and which of it several parameters have together."""
    try:
        build_from(flavor, name, None, answers)
    except ComponentParametersError as error:
        return error.problems, error.joint
    return (), ()


def _print_problems(problems: Iterable[str]) -> None:
    for problem in problems:
        notice(f"Not valid: {problem}")
