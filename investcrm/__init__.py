"""The investcrm project. Celery's application is loaded here, so that `shared_task` finds it."""

from investcrm.celery import app as celery_app

__all__ = ["celery_app"]
