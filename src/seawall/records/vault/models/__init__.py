from seawall.records.vault.models.file import File, Key
from seawall.records.vault.models.log import Head, Leaf, Log

__all__ = ["File", "Head", "Key", "Leaf", "Log"]
