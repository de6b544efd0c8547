"""For each flavor the least that it can be made of."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

ID = "12345678-1234-4234-8234-123456789abc"

MINIMAL: dict[tuple[str, str], dict[str, Any]] = defaultdict(
    dict,
    {
        ("alerter", "slack"): {"slack_token": "xoxb-1"},
        ("artifact_store", "azure"): {"path": "az://container"},
        ("artifact_store", "gcp"): {"path": "gs://bucket"},
        ("artifact_store", "s3"): {"path": "s3://bucket/folder"},
        **{
            ("container_registry", flavor): {"uri": "localhost:5000"}
            for flavor in ("aws", "azure", "default", "dockerhub", "gcp", "github")
        },
        ("experiment_tracker", "wandb"): {"api_key": "k"},
        ("feature_store", "feast"): {"feast_repo": "/data/features"},
        ("metadata_store", "kubernetes"): {"deployment_name": "db", "kubernetes_context": "c"},
        ("metadata_store", "mysql"): {"host": "db", "database": "zenml"},
        ("model_deployer", "kserve"): {"base_url": "http://ingress"},
        ("model_deployer", "seldon"): {"base_url": "https://ingress:8443/a"},
        ("orchestrator", "tekton"): {"kubernetes_context": "c"},
        ("orchestrator", "vertex"): {"location": "europe-west1"},
        ("secrets_manager", "aws"): {"region_name": "eu-west-1"},
        ("secrets_manager", "azure_key_vault"): {"key_vault_name": "v"},
        ("secrets_manager", "gcp_secrets_manager"): {"project_id": "p"},
        ("secrets_manager", "github"): {"owner": "o", "repository": "r"},
        ("secrets_manager", "vault"): {"url": "https://vault:8200", "token": "t", "mount_point": "secret"},
        ("step_operator", "azureml"): {
            "subscription_id": "s",
            "resource_group": "g",
            "workspace_name": "w",
            "compute_target_name": "t",
        },
        ("step_operator", "sagemaker"): {"role": "r", "instance_type": "ml.m5.large"},
        ("step_operator", "spark-kubernetes"): {"master": "k8s://https://10.0.0.1:6443"},
        ("step_operator", "vertex"): {"region": "europe-west1"},
    },
)
