"""Checks the list of what comes with a release, and that it says nothing of the machine on which it was made.

    python .ci/listed.py LIST.cdx.json INSTALLED.json

The list is CycloneDX (https://cyclonedx.org/docs/1.6/json/); what is installed is as ``pip list`` says as JSON.
Each package must have its version, its address and its licence.
"""

import json
import sys

LIST, INSTALLED = sys.argv[1:]
OURS = "zenml-ledger"


def canonical(package: str) -> str:
    """Returns the name of a package in one spelling (PEP 503, as far as names here need it)."""
    return package.lower().replace("_", "-")


with open(LIST, encoding="utf-8") as file:
    document = json.load(file)
listed = {canonical(component["name"]): component for component in document["components"]}
with open(INSTALLED, encoding="utf-8") as file:
    installed = {canonical(package["name"]): package["version"] for package in json.load(file)}
if {package: component["version"] for package, component in listed.items()} != installed:
    sys.exit(f"The list is not what is installed: {sorted(listed)}, {sorted(installed)}")
listed[OURS].pop("externalReferences")  # the path from which it was installed
for package, component in listed.items():
    if not (component.get("licenses") and (component.get("purl") or package == OURS)):
        sys.exit(f"{package} has no licence or no address in the list.")
text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
if "file:" in text:
    sys.exit("The list names a path of this machine.")
with open(LIST, "w", encoding="utf-8") as file:
    file.write(text)
print(f"{len(listed)} packages, each with its version, address and licence")
