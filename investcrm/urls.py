"""All addresses: pages, the API, problem pages."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from investcrm.core.api.urls import fallback_patterns, problem_patterns
from teams.views.sessions import sessions

# The site's own sign-in knows no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("visits.urls")),
    path("", include("projects.urls")),
    path("", include("sync.urls")),
    path("", include("pipeline.urls")),
    path("", include("teams.urls")),
    path("", include("investcrm.core.urls")),
    # in place of allauth's own list of sessions
    path("accounts/sessions/", sessions, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *problem_patterns,
    path("api/v1/", include("investcrm.api")),
    *fallback_patterns,
]

handler400 = "investcrm.core.views.bad_request"
handler403 = "investcrm.core.views.permission_denied"
handler404 = "investcrm.core.views.page_not_found"
handler500 = "investcrm.core.views.server_error"
