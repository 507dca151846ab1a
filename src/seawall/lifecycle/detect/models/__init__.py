from seawall.lifecycle.detect.models.alert import Alert
from seawall.lifecycle.detect.models.watch import Observation, Watch

__all__ = ["Alert", "Observation", "Watch"]
