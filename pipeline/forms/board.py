"""The filter form above the board; the filters themselves are those of the lead list, with the same query string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.selectors import Choice, known_choice

# Chosen in lists of names; `none` is nobody.
NAMED = ("team", "owner", "industry", "zone")
NOBODY = _("(nobody)")
NO_TAG = _("(none)")


def _all(label: Any, **attrs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=forms.Select(attrs=attrs))


class BoardFilterForm(forms.Form):
    """The filters shown above the board. Whatever else filters is carried along, hidden."""

    search = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
    team = _all(_("Team"))
    owner = _all(_("Owner"), **{"data-select": "1", "data-placeholder": _("Any")})
    industry = _all(_("Industry"))
    zone = _all(_("Zone"))

    def __init__(
        self,
        values: Mapping[str, list[str]],
        words: Mapping[tuple[str, str], str],
        choices: Mapping[str, list[Choice]],
        carried: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(initial={"search": " ".join(values.get("search", []))})
        for name in NAMED:
            given = ",".join(values.get(name, []))
            known = known_choice(choices[name], given)
            options: list[tuple[str, Any]] = [("", _("Any")), ("none", NOBODY)]
            options += [(choice.id, choice.name) for choice in choices[name]]
            if given not in ("", "none") and known is None:
                options.append((given, " / ".join(words[name, value] for value in values[name])))
            cast(forms.ChoiceField, self.fields[name]).choices = options
            self.initial[name] = known.id if known else given
        if len(choices["zone"]) < 2:
            del self.fields["zone"]
        hidden = [(name, value) for name, found in values.items() if name not in self.fields for value in found]
        self.carried = [*hidden, *carried]
