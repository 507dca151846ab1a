"""The closed lists a submission draws on."""

from __future__ import annotations

import re

PRODUCTS = ("sme", "system", "bespoke")

CERTIFICATE_STANDARDS = ("iso27001", "iso27701", "iso22301", "mlps", "soc2", "pci_dss")

# The accumulation model groups dependencies by these; they follow the vendor fields of OED 5.
VENDOR_CATEGORIES = (
    "cloud",
    "hosting",
    "saas",
    "email",
    "payment",
    "dns_cdn",
    "telecom",
    "security",
    "software",
    "it_service",
    "other",
)

# GB/T 4754-2017: the divisions (two digits) that each section (letter) spans, first and last.
DIVISIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52), "G": (53, 60),
    "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79),
    "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip

_INDUSTRY = re.compile(r"([A-T])(?:([0-9]{2})[0-9]{0,2})?")

# ISO 3166-1 alpha-2, officially assigned.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
    JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905  (two hundred quoted strings read worse)
)


def industry_exists(code: str) -> bool:
    """Whether `code` is a section ("I"), or a division ("I64") of that section, or lies in one ("I6432").

    Groups and classes are checked down to their division only; the list of classes is not shipped.
    """
    match = _INDUSTRY.fullmatch(code)
    if not match:
        return False
    first, last = DIVISIONS[match[1]]
    return match[2] is None or first <= int(match[2]) <= last
