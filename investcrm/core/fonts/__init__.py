"""The fonts that the application brings along, for whatever is drawn on the server: PDF and charts as pictures."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent
FAMILY = "Noto Sans SC"


def folders() -> tuple[str, ...]:
    """Our own folder, and the one of the installation."""
    own = settings.CHART_FONT_DIR
    return (str(FOLDER), own) if own else (str(FOLDER),)
