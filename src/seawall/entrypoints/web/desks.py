"""The four desks and what their pages need: who looks, at which desk, and refusals shown at their fields.

There is one set of pages. Each is opened at a desk (`office:submission`, `broker:submission` …); what a page shows and
offers there follows from the queries and from what the viewer may do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from seawall.core.problems import Refused
from seawall.entrypoints.sentences import by_field
from seawall.records.parties.viewer import Viewer

P = ParamSpec("P")

# Which kinds of organisation sit at which desk.
DESKS = {
    "office": frozenset({"insurer", "supervisor"}),
    "broker": frozenset({"broker"}),
    "insured": frozenset({"insured"}),
    "provider": frozenset({"provider"}),
}


def desk_of(viewer: Viewer) -> str:
    """The desk at which this viewer works."""
    return next(desk for desk, kinds in DESKS.items() if viewer.kind in kinds)


def page(
    stage: str = "", desks: frozenset[str] = frozenset({"office", "broker", "insured"})
) -> Callable[[Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]], Callable[..., HttpResponse]]:
    """A page of `stage`, at each of `desks`: asks for sign-in, and does not exist at the desks of other people.

    The view gets (request, viewer, …); `request.desk` is where it was opened.
    """

    def decorate(view: Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            viewer = cast(Viewer | None, getattr(request, "viewer", None))
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            match = request.resolver_match
            here = match.namespace if match else ""
            if viewer is None or here not in desks or here != desk_of(viewer):
                raise Http404
            request.desk, request.stage = here, stage  # type: ignore[attr-defined]
            return view(request, viewer, *args, **kwargs)

        return opened

    return decorate


@dataclass(slots=True)
class Attempt:
    """How a form fared: `values` as typed, `errors` by field (sentences in the reader's language)."""

    values: Mapping[str, Any]
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return bool(self.errors)


@contextmanager
def attempt(values: Mapping[str, Any]) -> Iterator[Attempt]:
    """Run an action; a refusal lands in `errors` and what was typed stays. 403 and 404 are not the form's to show."""
    tried = Attempt(values)
    try:
        yield tried
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        tried.errors = {key: list(lines) for key, lines in by_field(refused).items()}
