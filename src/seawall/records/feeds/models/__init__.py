from seawall.records.feeds.models.run import FeedBasis, FeedRun

__all__ = ["FeedBasis", "FeedRun"]
