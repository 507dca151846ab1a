"""Every address of the site; an address that is not in here does not exist."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("seawall.entrypoints.web.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
