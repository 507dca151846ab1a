"""What a company's own tools have written down: scanners, bills of materials, asset registers, as plain records."""

from seawall.core.imports.read import KINDS, read
from seawall.core.imports.records import Imported, Seen, Trouble, Weakness

__all__ = ["KINDS", "Imported", "Seen", "Trouble", "Weakness", "read"]
