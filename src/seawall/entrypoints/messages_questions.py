"""Sentences for the problem codes of the questionnaire and of the files it goes out and comes back in."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTIONS: dict[str, str | Promise] = {
    "answer.evidence_out_of_date": _("The evidence ended on %(day)s. Hand in a newer file, or leave it out."),
    "answer.until_without_file": _("A last day of evidence needs a file first."),
    "questionnaire.bands": _("Bands must rise, and only the last one may be open."),
    "questionnaire.choice": _("“%(text)s” is not one of the answers: %(choices)s."),
    "questionnaire.dead": _("This question can never be asked."),
    "questionnaire.forward_condition": _(
        "The condition looks at “%(question)s”, which is not asked before this question."
    ),
    "questionnaire.impossible_condition": _(
        "The condition asks for answers that “%(question)s” does not have: %(values)s."
    ),
    "questionnaire.last_tier": _("Every tier but the last says for whom it is; the last is for all others."),
    "questionnaire.not_answered": _("This question still needs an answer."),
    "questionnaire.not_asked": _("This question does not arise here, so no answer is expected."),
    "questionnaire.not_comparable": _("“%(fact)s” cannot be compared by “%(op)s” here."),
    "questionnaire.number": _("“%(text)s” is not a number between %(low)s and %(high)s."),
    "questionnaire.says_nothing": _("What an answer says about the control is missing."),
    "questionnaire.told": _("This is taken from the facts of the submission; change it there."),
    "questionnaire.unknown_question": _("There is no question “%(question)s” in this questionnaire."),
    "sheet.active": _(
        "The file holds macros, embedded files or links to other files (%(part)s). Save it as plain .xlsx without them."
    ),
    "sheet.formula": _("The cell holds a formula. Write the answer itself."),
    "sheet.no_answers": _("No column of answers was found. Use the file that was exported from this questionnaire."),
    "sheet.not_a_workbook": _("This is not a workbook (.xlsx) that can be read. Save it anew as .xlsx and try again."),
    "sheet.not_json": _("The file is not JSON that can be read."),
    "sheet.other_questionnaire": _("The file belongs to another questionnaire, “%(id)s”."),
    "sheet.other_submission": _("The file belongs to another submission, %(number)s."),
    "sheet.too_big": _("The file is larger than any filled-in questionnaire (at most %(most)s MB)."),
    "sheet.too_long": _("A sheet has more than %(most)s rows."),
}
