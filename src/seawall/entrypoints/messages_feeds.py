"""The sentences for what is wrong with a feed, and for why a feed may not be taken in (see `messages`)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FEEDS: dict[str, str | Promise] = {
    "feed.too_large": _("The feed unpacks to more than the %(most)s bytes allowed for its kind."),
    "feed.not_gzip": _("This is not a sound gzip file. Only the packed file shows by its checksum that it is whole."),
    "feed.truncated": _("The packed file ends too early, or something follows its end."),
    "feed.not_utf8": _("Byte %(at)s is not UTF-8."),
    "feed.not_json": _("This is not JSON, from character %(at)s on; the file may be cut off."),
    "feed.key_twice": _("A key stands twice in one object, so two programs would read two things."),
    "feed.too_deep": _("The feed nests too deeply."),
    "feed.too_many": _("There are more than the %(most)s parts allowed here."),
    "feed.empty": _("The feed holds no entry."),
    "feed.not_this_feed": _("This is not the format of the feed “%(kind)s”."),
    "feed.count": _("The feed says that it holds %(said)s entries; there are %(found)s."),
    "feed.and_more": _("And %(count)s further problems."),
    "feed.not_a_map": _("An object of names and values is expected here."),
    "feed.not_a_list": _("A list is expected here."),
    "feed.not_text": _("A text is expected here."),
    "feed.bad_sign": _("The text holds control characters or broken signs."),
    "feed.missing": _("This is missing."),
    "feed.form": _("“%(text)s” has not the form that is expected here."),
    "feed.not_a_day": _("“%(text)s” is not a day."),
    "feed.not_a_number": _("A number is expected here."),
    "feed.out_of_range": _("The number must lie between %(low)s and %(high)s."),
    "feed.unknown_word": _("“%(text)s” is not one of the words that the format knows here."),
    "feed.twice": _("“%(name)s” stands here a second time."),
    "feed.dangling": _("“%(name)s” is named here, but the feed does not hold it."),
    "feed.line": _("“%(text)s” is not a CVE with two numbers between 0 and 1."),
    "feed.parts": _("Give between one and %(most)s files for this feed."),
    "feed.shrunken": _(
        "%(lost)s of the %(held)s entries held are gone, which is more than a fifth. If that is right, say why."
    ),
    "feed.older": _("The feed is of %(found)s, the one held of %(held)s. If the older one is right, say why."),
    "feed.unknown_ground": _("“%(text)s” is not one of the legal grounds."),
    "feed.unknown_way": _("“%(text)s” is not one of the ways in which such data may come."),
    "feed.no_purpose": _("Say in 10 to 1,000 characters what the data are for."),
    "feed.basis_span": _("The basis must end after it begins, and within %(days)s days."),
    "feed.unknown": _("There is no feed “%(kind)s” for which this could be done."),
    "feed.no_basis": _(
        "The feed “%(kind)s” needs a recorded legal basis with purpose and approver, and none is in force today."
    ),
    "feed.same_hand": _("Whoever approved the basis of the feed “%(kind)s” does not run it; ask a colleague."),
    "feed.bad_source": _("“%(text)s” is not kind=URL of one of the feeds, or names a feed a second time."),
    "feed.no_house": _("There is no house “%(slug)s” here; there are: %(slugs)s."),
    "feed.not_reached": _("The source could not be fetched: %(why)s."),
}
