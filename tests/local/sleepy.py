"""A Celery application with the project's settings and one task that only its second worker finishes."""

import os
import signal
from pathlib import Path

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "investcrm.settings")

app = Celery("sleepy")
app.config_from_object("django.conf:settings", namespace="CELERY")
# The same options with shorter times, so that the test need not wait for the real ones.
app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "visibility_timeout": 2,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
app.conf.task_default_queue = "sleepy"


@app.task(name="sleepy.finish")
def finish(path: str) -> None:
    """Write down the attempt; the first one waits until its worker is killed."""
    with Path(path).open("a") as file:
        file.write("begun\n")
    if Path(path).read_text().count("begun") == 1:
        signal.pause()
    with Path(path).open("a") as file:
        file.write("done\n")
