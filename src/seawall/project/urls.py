"""Every address of the site; an address that is not in here does not exist."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from seawall.entrypoints.api.doors import urls as api_urls
from seawall.entrypoints.web import style

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("seawall.entrypoints.web.urls")),
    path("api/v1/", api_urls()),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("style/", style.page))
