"""Addresses of the ground floor: the pages that explain problems, and the end of the API's address space.

`problem_patterns` go anywhere; `fallback_patterns` go after all others under the root, so that what the API does not
know is a problem document and not a page.
"""

from django.urls import path, re_path

from investcrm.core.api.views import NotFoundView, problem_page

problem_patterns = [path("problems/<slug:slug>/", problem_page, name="problem")]
fallback_patterns = [re_path(r"^api/(?P<rest>(?s:.*))\Z", NotFoundView.as_view())]
