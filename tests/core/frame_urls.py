"""The addresses that the frame of a page links to, without the apps behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from investcrm.core import views


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer with an empty page."""
    return HttpResponse()


visits = (
    [
        path("today/", nothing, name="today"),
        path("due/", nothing, name="due_count"),
        path("log/", nothing, name="log_box"),
        path("interactions/", nothing, name="interaction_list"),
        path("calendar/addresses/", nothing, name="calendar_feeds"),
        path("calendar/", nothing, name="calendar"),
        path("aftercare/", nothing, name="aftercare"),
    ],
    "visits",
)
projects = (
    [
        path("leads/", nothing, name="lead_list"),
        path("leads/new/", nothing, name="lead_create"),
        path("companies/", nothing, name="company_list"),
        path("search/", nothing, name="search"),
        path("notifications/", nothing, name="notifications"),
        path("notifications/bell/", nothing, name="bell"),
        path("notifications/choices/", nothing, name="notification_choices"),
    ],
    "projects",
)
teams = ([path("profile/", nothing, name="profile"), path("administration/", nothing, name="administration")], "teams")
pipeline = (
    [
        path("board/", nothing, name="board"),
        path("dashboard/", nothing, name="dashboard"),
        path("targets/", nothing, name="targets"),
        path("reports/", nothing, name="reports"),
        path("reports/subscriptions/", nothing, name="subscriptions"),
    ],
    "pipeline",
)

urlpatterns = [
    path("", include("investcrm.core.urls")),
    path("", include(visits)),
    path("", include(projects)),
    path("", include(pipeline)),
    path("", include(teams)),
    path("accounts/", include("allauth.urls")),
    path("leads/sample/", views.styleguide),
]
