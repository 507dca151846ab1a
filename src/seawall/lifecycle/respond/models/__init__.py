from seawall.lifecycle.respond.models.duty import Duty
from seawall.lifecycle.respond.models.engagement import Engagement
from seawall.lifecycle.respond.models.incident import Incident, TimelineEvent
from seawall.lifecycle.respond.models.task import Task

__all__ = ["Duty", "Engagement", "Incident", "Task", "TimelineEvent"]
