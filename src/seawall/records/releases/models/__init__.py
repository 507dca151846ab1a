from seawall.records.releases.models.release import Release

__all__ = ["Release"]
