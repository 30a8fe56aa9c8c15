"""Shared by all tests. The servers they run on are started by investcrm.local.pytest_plugin."""

import atexit
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from projects.models import Stage, StageRequirement
from projects.stages import seed_stages
from tests.factories import make_centre
from visits.dossier import seed_dossier
from visits.models import DossierItem

# How fast values are drawn says how busy the machine is, and nothing of ours.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")

# Static files are served from their sources: no test waits for collectstatic.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# No test leaves documents behind; those about files on disk choose folders of their own. Not in memory: each change of
# the setting makes a new storage, which would know nothing of what the one before it keeps.
DOCUMENTS = tempfile.mkdtemp(prefix="documents-")
atexit.register(shutil.rmtree, DOCUMENTS, ignore_errors=True)
settings.STORAGES["documents"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": DOCUMENTS, "base_url": None},
}


@pytest.fixture(autouse=True)
def _parts_of_uploads(settings: Any, tmp_path: Path) -> None:
    """Files on their way in lie in a folder of the test."""
    settings.UPLOAD_ROOT = str(tmp_path / "uploads")


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Whatever language a test speaks, the next one begins with the installation's."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Real password hashing costs half a second an account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _server_at_rest(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tables are emptied when the server has answered all: what a closed page still asked for reads them."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    end = time.monotonic() + 10
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(max(0.0, end - time.monotonic()))


@pytest.fixture
def centre(db: None) -> SimpleNamespace:
    """A small centre and its people; see tests.factories.make_centre."""
    # A transactional test before this one has emptied the tables, what migrations put there too.
    seed_stages(Stage, StageRequirement)
    seed_dossier(DossierItem)
    return make_centre()
