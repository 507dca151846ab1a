"""Each request sees one tenant, that of the person who is signed in; a refusal becomes a page, not a crash."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_from_request

from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence
from seawall.records import tenancy
from seawall.records.parties.queries.viewers import of_user
from seawall.records.parties.roles import INSURER_STAFF
from seawall.records.parties.viewer import Viewer

ORGANISATION = "seawall.organisation"


class ViewerMiddleware:
    """Sets `request.viewer` (None when nobody is signed in) and the tenant wall for the request's connection."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = None
        if not isinstance(request.user, AnonymousUser):
            viewer = of_user(request.user, request.session.get(ORGANISATION))
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language()
        request.viewer = viewer  # type: ignore[attr-defined]
        tenancy.enter(viewer.tenant if viewer else tenancy.NONE)
        try:
            return self._second_factor(request, viewer) or self.get_response(request)
        finally:
            tenancy.enter(tenancy.NONE)

    def _second_factor(self, request: HttpRequest, viewer: Viewer | None) -> HttpResponse | None:
        """Send insurer's staff without a second factor to set one up, where the operator requires it."""
        if not settings.REQUIRE_MFA or viewer is None or viewer.roles.isdisjoint(INSURER_STAFF):
            return None
        from allauth.mfa.utils import is_mfa_enabled

        if request.path.startswith(("/accounts/", "/static/", "/i18n/")) or is_mfa_enabled(request.user):
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form caught: 403, 404 or 409 with its sentence."""
        if not isinstance(error, Refused):
            return None
        context = {"status": error.status, "sentences": [sentence(p) for p in error.problems]}
        return render(request, "refused.html", context, status=error.status)


def language_of(request: HttpRequest) -> str:
    """zh or en, as pages of reference data name them."""
    return "en" if (translation.get_language() or get_language_from_request(request)).startswith("en") else "zh"
