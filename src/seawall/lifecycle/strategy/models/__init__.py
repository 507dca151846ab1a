from seawall.lifecycle.strategy.models.appetite import Appetite
from seawall.lifecycle.strategy.models.offering import Offering
from seawall.lifecycle.strategy.models.panel import PanelProvider
from seawall.lifecycle.strategy.models.rating_plan import RatingPlan, RatingProposal
from seawall.lifecycle.strategy.models.risk_universe import RiskUniverse, UniverseDraft

__all__ = ["Appetite", "Offering", "PanelProvider", "RatingPlan", "RatingProposal", "RiskUniverse", "UniverseDraft"]
