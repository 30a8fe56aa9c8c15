"""Searching over all, talking to each other, being told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Comment, Lead, Notification
from projects.services.comments import write_comment

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("projects:search", "GET"): {"q": "粉末"},
    ("visits:search_interactions", "GET"): {"q": "粉末"},
    ("projects:notification_choices", "POST"): {"sent": "on"},
    ("projects:comment_edit", "POST"): {"text": "改", "base": '{{"text": "好"}}'},
}

# The comment and the notification are Wang's own.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
projects:search                      GET    login 200    200      200    200      200       200   200     200
visits:search_interactions           GET    login 200    200      200    200      200       200   200     200
projects:comments                    GET    login 200    404      200    200      404       200   404     200
projects:comments                    POST   login 422    404      422    422      404       422   404     403
projects:comment_people              GET    login 200    404      200    200      404       200   404     403
projects:comment_edit                GET    login 200    404      403    403      404       403   404     403
projects:comment_edit                POST   login 204    404      403    403      404       403   404     403
projects:comment_delete              POST   login 302    404      403    403      404       403   404     403
projects:comment_restore             POST   login 404    404      404    404      404       404   404     404
projects:notifications               GET    login 200    200      200    200      200       200   200     200
projects:notifications_read          POST   login 302    302      302    302      302       302   302     302
projects:bell                        GET    286   200    200      200    200      200       200   200     200
projects:notification_choices        GET    login 200    200      200    200      200       200   200     200
projects:notification_choices        POST   login 302    302      302    302      302       302   302     302
projects:notification                GET    login 302    404      404    404      404       404   404     404
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """The rows that these addresses name."""
    comment: Comment = write_comment(actor=centre.wang, lead_id=lead.pk, text="好")
    notification = Notification.objects.create(user=centre.wang, kind="moved", lead=lead, key="access")
    return {"comment": comment, "notification": notification}
