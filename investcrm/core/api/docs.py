"""The API document and its readable pages."""

from __future__ import annotations

from csp.decorators import csp
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

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
    "sandbox": ["allow-scripts", "allow-same-origin"],
}


class SchemaView(SpectacularJSONAPIView):
    """`GET /api/v1/schema/`: the document as JSON."""


@method_decorator(csp(DOCS_POLICY), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """`GET /api/v1/docs/`: readable pages; every file comes from the application itself."""

    url_name = "api:schema"
