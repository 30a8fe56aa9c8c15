"""The investcrm project. Celery's application is loaded here, so that tasks declared with `shared_task` belong to it."""

from investcrm.celery import app as celery_app

__all__ = ["celery_app"]
