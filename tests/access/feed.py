"""The change feed, the stream of leads, webhooks through the API and on their pages. The webhook is the director's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead
from sync.models import Webhook, WebhookDelivery
from sync.selectors.feed import now_place
from sync.services.webhooks.secrets import new_secret, store

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
api:changes                          GET    401   200    200      200    200      200       200   200     200
api:export-leads                     GET    401   200    200      200    200      200       200   403     403
api:webhook-list                     GET    401   200    200      200    200      200       200   200     200
api:webhook-list                     POST   401   400    400      400    400      400       400   400     400
api:webhook-count                    GET    401   200    200      200    200      200       200   200     200
api:webhook-detail                   GET    401   404    404      404    200      404       404   404     404
api:webhook-detail                   PATCH  401   404    404      404    200      404       404   404     404
api:webhook-detail                   DELETE 401   404    404      404    204      404       404   404     404
api:webhook-stop                     POST   401   404    404      404    200      404       404   404     404
api:webhook-start                    POST   401   404    404      404    200      404       404   404     404
api:webhook-rotate-secret            POST   401   404    404      404    200      404       404   404     404
api:webhook-deliveries               GET    401   404    404      404    200      404       404   404     404
api:webhook-delivery-count           GET    401   404    404      404    200      404       404   404     404
api:delivery-detail                  GET    401   404    404      404    200      404       404   404     404
api:webhook-delivery-replay          POST   401   404    404      404    201      404       404   404     404
api:webhook-delivery-recover         POST   401   404    404      404    200      404       404   404     404
sync:webhook_list                    GET    login 403    403      403    200      200       200   403     403
sync:webhook_add                     GET    login 403    403      403    200      200       200   403     403
sync:webhook_add                     POST   login 403    403      403    422      422       422   403     403
sync:webhook                         GET    login 403    403      403    200      404       404   403     403
sync:webhook_edit                    GET    login 403    403      403    200      404       404   403     403
sync:webhook_edit                    POST   login 403    403      403    422      404       404   403     403
sync:webhook_stop                    POST   login 403    403      403    302      404       404   403     403
sync:webhook_start                   POST   login 403    403      403    302      404       404   403     403
sync:webhook_rotate                  POST   login 403    403      403    200      404       404   403     403
sync:webhook_delete                  GET    login 403    403      403    200      404       404   403     403
sync:webhook_delete                  POST   login 403    403      403    302      404       404   403     403
sync:delivery_replay                 POST   login 403    403      403    302      404       404   403     403
sync:delivery_recover                GET    login 403    403      403    200      404       404   403     403
sync:delivery_recover                POST   login 403    403      403    302      404       404   403     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """A webhook of the director, and a delivery that arrived."""
    webhook = Webhook.objects.create(
        account=centre.chen, url="https://93.184.216.34/hook", types=["lead"], secret=store(new_secret()),
        cursor=now_place(centre.chen),
    )  # fmt: skip
    delivery = WebhookDelivery.objects.create(webhook=webhook, body=b"{}", changes=1, status="delivered")
    return {"webhook": webhook, "delivery": delivery, "webhook-rotate": webhook}
