"""The forms of lists: a saved view, a change to many rows, tags, a file."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from investcrm.core.ids import is_id
from projects.choices import ExportFormat
from projects.exports.tables import Table
from projects.models import SavedView, Tag
from projects.services.tags import MAX_WORD, clean_word
from projects.services.views import teams_to_share_with, zones_to_share_with
from teams.models import Team, User, Zone

# A select is of use for so many words and people; more are found by typing their name.
SHOWN = 300


class DialogForm(forms.Form):
    """A form in a dialog: its ids differ from those of the filters on the page below."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "dialog_%s", **kwargs})


class ViewForm(DialogForm):
    """A view's name, and who else sees it."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    share = forms.ChoiceField(label=_("Who sees it"), required=False)
    query = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    is_default = forms.BooleanField(label=_("Open the list with this view"), required=False)

    def __init__(self, *args: Any, user: User, view: SavedView | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams: dict[str, Team] = {f"team:{team.pk}": team for team in teams_to_share_with(user)}
        self.zones: dict[str, Zone] = {f"zone:{zone.pk}": zone for zone in zones_to_share_with(user)}
        choices: list[tuple[str, Any]] = [("", _("Only me"))]
        choices += [(key, team.name) for key, team in self.teams.items()]
        choices += [(key, _("Everybody in %(zone)s") % {"zone": zone}) for key, zone in self.zones.items()]
        if view is not None and shared_as(view) not in dict(choices):
            choices.append((shared_as(view), str(view.team or view.zone)))
            self.teams |= {shared_as(view): view.team} if view.team else {}
            self.zones |= {shared_as(view): view.zone} if view.zone else {}
        cast(forms.ChoiceField, self.fields["share"]).choices = choices

    @property
    def shared(self) -> dict[str, Any]:
        """The team or zone chosen, as the services take them."""
        share = self.cleaned_data["share"]
        return {"team": self.teams.get(share), "zone": self.zones.get(share)}


def shared_as(view: SavedView) -> str:
    """The choice that says who sees a view."""
    return f"team:{view.team_id}" if view.team_id else f"zone:{view.zone_id}" if view.zone_id else ""


class WordsField(forms.MultipleChoiceField):
    """Words of tags: known ones to choose, new ones typed in."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Tags"))
        super().__init__(**kwargs)

    def valid_value(self, value: str) -> bool:
        """Any word that can be one."""
        return 0 < len(clean_word(value)) <= MAX_WORD


def _word_choices(tags: Any, also: list[str]) -> list[tuple[str, str]]:
    known = list(dict.fromkeys(tags.values_list("name", flat=True)[:SHOWN]))
    return [(word, word) for word in [*known, *(word for word in also if word not in known)]]


class TagsForm(DialogForm):
    """The tags of a lead, or those to put on or take off many."""

    tags = WordsField(required=False)

    def __init__(self, *args: Any, tags: Any, may_add: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data.getlist("tags") if isinstance(self.data, MultiValueDict) else []
        field = cast(forms.MultipleChoiceField, self.fields["tags"])
        field.choices = _word_choices(tags, [*self.initial.get("tags", []), *given])
        field.widget.attrs["data-select"] = "1"
        if may_add:
            field.widget.attrs["data-select-create"] = "1"
            field.help_text = _("Choose, or type a new word and press Enter.")


class AssignForm(DialogForm):
    """A team and an owner for many leads; what is left at "unchanged" stays as it is."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False, widget=forms.Select(attrs={"data-select": "1"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in Team.objects.visible_to(user) if not team.dissolved_on}
        people = User.objects.none()
        for zone in Zone.objects.visible_to(user):
            people = people | User.objects.working_in(zone, zone.today())
        self.people = {str(one.pk): one for one in people.order_by("name_key")[:SHOWN]}
        same: list[tuple[str, Any]] = [("", _("unchanged")), ("none", _("(nobody)"))]
        cast(forms.ChoiceField, self.fields["team"]).choices = [
            *same, *((key, str(team)) for key, team in self.teams.items())
        ]  # fmt: skip
        cast(forms.ChoiceField, self.fields["owner"]).choices = [
            *same, *((key, str(one)) for key, one in self.people.items())
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something must be chosen."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("team") and not cleaned.get("owner"):
            raise forms.ValidationError(_("Choose a team, an owner or both."), code="nothing_chosen")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """What to set on each lead."""
        known: dict[str, Any] = {**self.teams, **self.people, "none": None}
        return {name: known[value] for name, value in self.cleaned_data.items() if value}


class TagNameForm(DialogForm):
    """A tag's word, or the tag that takes its place."""

    name = forms.CharField(label=_("Name"), max_length=MAX_WORD, required=False)
    into = forms.ChoiceField(label=_("Put another tag in its place"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Tag.objects.filter(zone=tag.zone, deleted_at=None).exclude(pk=tag.pk)
        choices: list[tuple[str, Any]] = [("", _("Keep it as a tag of its own"))]
        choices += [(str(pk), name) for pk, name in others.values_list("pk", "name")[:SHOWN]]
        cast(forms.ChoiceField, self.fields["into"]).choices = choices

    @property
    def into_id(self) -> uuid.UUID | None:
        """The tag to merge into, None for none."""
        into = self.cleaned_data["into"]
        return uuid.UUID(into) if is_id(into) else None


SPREADSHEETS = [(one.value, one.label) for one in (ExportFormat.XLSX, ExportFormat.CSV)]


class ExportForm(DialogForm):
    """Which kind of file."""

    format = forms.ChoiceField(
        label=_("File"), choices=SPREADSHEETS, widget=forms.RadioSelect, initial=ExportFormat.XLSX
    )


class TakeForm(ExportForm):
    """Which kind of file, with which columns; the first column is always in it."""

    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["columns"])
        field.choices = [(one.key, one.label) for one in table.columns[1:]]
        field.initial = [one.key for one in table.columns[1:]]
