from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseStepOperator


class SagemakerStepOperator(BaseStepOperator):
    """Runs steps on Amazon SageMaker.

    Attributes:
        role: The role of IAM that the jobs have.
        instance_type: The type of machine, such as ``ml.m5.large``.
        bucket: The bucket of S3 for what the jobs write; if none, SageMaker's own.
        experiment_name: The experiment that the jobs belong to.
        base_image: The image to run in, an older name of the parameter after.
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "sagemaker"
    INTEGRATION: ClassVar[str | None] = "aws"
    PACKAGE: ClassVar[str | None] = "sagemaker"

    role: str
    instance_type: str
    bucket: str | None = None
    experiment_name: str | None = None
    base_image: str | None = None
    docker_parent_image: str | None = None
