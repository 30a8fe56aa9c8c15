"""The API document and its readable pages."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from investcrm.core.api.base import Contract

DOCS_POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    # The viewer writes styles into its elements; it runs without the rest of the application.
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
    # Without an origin of its own it reaches no session and no stored data of the application.
    "sandbox": ["allow-scripts"],
}


class SchemaView(Contract, SpectacularAPIView):
    """`GET /api/v1/schema/`: the document as JSON, or as YAML where Accept asks for it.

    It is public, so that the sandboxed pages can read it too.
    """

    renderer_classes = [
        OpenApiJsonRenderer,
        OpenApiJsonRenderer2,
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
    ]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().get(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response


@method_decorator(csp(DOCS_POLICY), name="dispatch")
class DocsView(Contract, SpectacularSwaggerSplitView):
    """`GET /api/v1/docs/`: readable pages; every file comes from the application itself."""

    url_name = "api:schema"
