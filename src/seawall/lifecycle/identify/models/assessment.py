from __future__ import annotations

from django.db import models

from seawall.records.rows import Fact


class Assessment(Fact):
    """What was said about a submission on a day, and everything needed to say it again: inputs, releases, seed.

    `inputs` is {submission, findings}, `result` the JSON form of `core.assessment`, `digest` the SHA-256 of its
    canonical JSON as it was computed, `releases` its references.
    """

    submission = models.ForeignKey("identify.Submission", on_delete=models.PROTECT, related_name="assessments")
    as_of = models.DateField()
    seed = models.BigIntegerField()
    engine = models.CharField(max_length=20)
    inputs = models.JSONField()
    releases = models.JSONField()
    result = models.JSONField()
    digest = models.CharField(max_length=64, default="")
    score = models.FloatField()
    score_low = models.FloatField()
    score_high = models.FloatField()
    level = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "assessment"
        indexes = [models.Index(fields=["submission", "-recorded_at"])]
