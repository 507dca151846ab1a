"""What is written down: the journal, the evidence vault, the releases, the people and their tokens."""

from __future__ import annotations

from django.urls import path

from seawall.entrypoints.web.pages.records import feeds, journal, people, releases, tokens, vault

urlpatterns = [
    path("journal/", journal.journal, name="journal"),
    path("vault/", vault.vault, name="vault"),
    path("vault/head/", vault.head, name="vault-head"),
    path("vault/export/", vault.bundle, name="vault-export"),
    path("vault/verifier/", vault.verifier, name="vault-verifier"),
    path("releases/", releases.library, name="releases"),
    path("releases/<uuid:release>/", releases.release, name="release"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<slug:kind>/", feeds.feed, name="feed"),
    path("feeds/<slug:kind>/run/", feeds.run, name="feed-run"),
    path("feeds/<slug:kind>/basis/", feeds.basis, name="feed-basis"),
    path("people/", people.people, name="people"),
    path("people/<uuid:membership>/end/", people.end, name="person-end"),
    path("organisations/", people.organisations, name="organisations"),
    path("organisations/<uuid:organisation>/hotline/", people.hotline, name="organisation-hotline"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token>/revoke/", tokens.revoke, name="token-revoke"),
]
