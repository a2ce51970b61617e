"""What is found wrong or odd while a pack is read: one line each, with the place where it stands."""

from fabula.errors import UsageError
from fabula.yaml_text import KeyPath, Tree

FAULTS_MAX = 20
"""Faults told at once; beyond it only their number."""


class Report:
    """Collects faults, which stop a pack from being played, and warnings, which do not."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.faults: list[str] = []
        self.warnings: list[str] = []

    def fault(self, path: KeyPath, text: str) -> None:
        """Something at `path` has to be mended."""
        self.faults.append(f"{self.tree.where(path)}: {text}")

    def warn(self, path: KeyPath, text: str) -> None:
        """Something at `path` is likely not meant."""
        self.warnings.append(f"{self.tree.where(path)}: {text}")

    def close(self) -> None:
        """Raises UsageError if there are faults so far, a line each."""
        more = len(self.faults) - FAULTS_MAX
        if self.faults:
            raise UsageError(
                "\n".join(self.faults[:FAULTS_MAX] + ([f"… and {more} more like these."] if more > 0 else []))
            )
