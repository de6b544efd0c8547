"""``python -m zenml``."""

from zenml.cli.entry import main

main()
