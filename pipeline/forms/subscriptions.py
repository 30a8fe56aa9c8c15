"""Which reports somebody gets by mail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pipeline.services.reports.subscriptions import Offer


def _name(offer: Offer) -> str:
    return f"{offer.zone.pk}-{offer.team.pk if offer.team else 'centre'}-{offer.kind}"


class SubscriptionsForm(forms.Form):
    """A box and a language for each report that is offered. `sent` tells an empty form from none.

    A row that the page did not show (a role that began meanwhile) keeps what holds for it.
    """

    sent = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        languages = [("", _("As in my profile")), *settings.LANGUAGES]
        for offer in offers:
            name = _name(offer)
            self.fields[f"{name}-on"] = forms.BooleanField(
                label=f"{offer.team or offer.zone} · {offer.kind_words}", required=False, initial=offer.is_on
            )
            self.fields[f"{name}-language"] = forms.ChoiceField(
                label=_("Language"), required=False, choices=languages, initial=offer.language
            )

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The reports by centre and team, each with its two fields."""
        found: dict[tuple[uuid.UUID, uuid.UUID | None], dict[str, Any]] = {}
        for offer in self.offers:
            key = (offer.zone.pk, offer.team.pk if offer.team else None)
            group = found.setdefault(key, {"zone": offer.zone, "team": offer.team, "rows": []})
            name = _name(offer)
            row = {"kind": offer.kind_words, "on": self[f"{name}-on"], "language": self[f"{name}-language"]}
            group["rows"].append(row)
        return list(found.values())

    def choices(self) -> list[tuple[uuid.UUID, uuid.UUID | None, str, bool, str]]:
        """What was chosen of what the page showed."""
        return [
            (*offer.key, self.cleaned_data[f"{name}-on"], self.cleaned_data[f"{name}-language"])
            for offer in self.offers
            if self.add_prefix(f"{(name := _name(offer))}-language") in self.data
        ]
