from seawall.records.parties.models.organisation import Mandate, Organisation, Tenant
from seawall.records.parties.models.person import Membership, User
from seawall.records.parties.models.token import Token

__all__ = ["Mandate", "Membership", "Organisation", "Tenant", "Token", "User"]
