"""Seawall (海堤): the open platform for cyber insurance."""

__version__ = "0.1.0"
