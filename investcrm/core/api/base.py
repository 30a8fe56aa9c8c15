"""What every view of the API shares, a resource or not: limits of use, and a POST that is done once.

Derive a view from `ApiViewSet` or `ApiView`, never from the framework's own classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import connection, transaction
from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from investcrm.core.api import idempotency
from investcrm.core.api.rates import count_request


class Contract:
    """The way of a request through a view of the API. Stands before the framework's class."""

    def initial(self: Any, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, then ask who it is, what they may do, and for which format."""
        refusal: exceptions.APIException | None = None
        try:
            user: Any = request.user
        except exceptions.APIException as error:
            refusal, user = error, None
        known = user is not None and user.is_authenticated
        who = f"account:{user.pk}" if known else f"address:{request.META.get('REMOTE_ADDR', '')}"
        allowance = count_request(who)
        self.headers.update(allowance.headers())
        if allowance.is_exceeded:
            raise exceptions.Throttled(wait=allowance.resets_in)
        if refusal is not None:
            raise refusal
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def dispatch(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer, rendered: what cannot be written as JSON is a problem document, too."""
        self.args = args
        self.kwargs = kwargs
        self.request = request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(request, *args, **kwargs)
            key = idempotency.sent_key(request) if request.user.is_authenticated else None
            if key is None:
                self.response = self.finished(self.handled())
            else:
                self.response = idempotency.answer_once(request, key, self.tried)
                self.add_headers(self.response)
        except Exception as error:
            self.response = self.finished(self.handle_exception(error))
        return self.response

    def handled(self: Any) -> Any:
        """What the method of the view gives."""
        name = self.request.method.lower()
        handler = getattr(self, name, None) if name in self.http_method_names else None
        return (handler or self.http_method_not_allowed)(self.request, *self.args, **self.kwargs)

    def tried(self: Any) -> Any:
        """The finished answer inside a transaction that goes on: a refusal leaves nothing of what was done before it.

        What is checked at commit is checked here, so that it is answered like any other rule.
        """
        try:
            with transaction.atomic():
                response = self.finished(self.handled())
                connection.check_constraints()
            return response
        except Exception as error:
            return self.finished(self.handle_exception(error))

    def options(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        """An answer without a body: the header Allow says the methods, the API document the rest."""
        response = HttpResponse()
        del response.headers["Content-Type"]
        return response

    def finished(self: Any, response: Any) -> Any:
        """The answer with its headers, rendered."""
        response = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        if hasattr(response, "render"):
            response.render()
        return response

    def add_headers(self: Any, response: Any) -> None:
        """The limits of use, on an answer that was kept."""
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)


class ApiView(Contract, APIView):
    """A view of the API that is no resource."""


class ApiViewSet(Contract, ViewSet):
    """A set of views of the API that is no resource; resources derive from ResourceViewSet."""

    other_refusals: ClassVar[Mapping[str, tuple[int, ...]]] = {}
    """Statuses that an action refuses with besides those that follow from its method, for the API document."""
