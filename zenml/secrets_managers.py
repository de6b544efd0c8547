"""The built-in secrets managers, under the names ZenML gives them."""

from zenml.flavors.secrets_managers.local import LocalSecretsManager
from zenml.flavors.secrets_managers.scoped import SecretsManagerScope

__all__ = ["LocalSecretsManager", "SecretsManagerScope"]
