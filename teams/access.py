"""Who may do what: one table of roles and capabilities.

A role is held in a zone or in a team (`Membership`). Held in a team, its capabilities reach that team's rows;
held in a zone, all rows of the zone. Rows of no team are reached by zone roles and by whoever entered them.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Capability(StrEnum):
    """What somebody may do; the comment states the rule in full."""

    VIEW = "view"  # read the leads, interactions and follow-ups within reach
    VIEW_OWN = "view_own"  # read the leads one has entered oneself, whatever team has them now
    CREATE_LEAD = "create_lead"  # enter a lead, in an own team or in none
    EDIT_LEAD = "edit_lead"  # change the fields of a lead, its contacts and its company
    ASSIGN_LEAD = "assign_lead"  # give a lead to a team or an owner
    MOVE_LEAD = "move_lead"  # move a lead to another stage
    CORRECT_MOVE = "correct_move"  # reverse the latest move of a lead
    DELETE_LEAD = "delete_lead"  # delete a lead (it can be revived)
    RECORD_HISTORY = "record_history"  # enter a lead that existed before, at any stage, by an opening entry
    LOG_INTERACTION = "log_interaction"  # log calls and visits, plan, handle service requests; change one's own
    EDIT_ANY_INTERACTION = "edit_any_interaction"  # change and undo what a colleague logged, planned or handles
    COMMENT = "comment"  # say something about a lead, mention colleagues, take one's own words back
    SHARE_DOCUMENTS = "share_documents"  # upload documents, note who was sent what
    RECORD_FUNDS = "record_funds"  # enter funds that arrived, increases of capital
    VERIFY_FUNDS = "verify_funds"  # verify or reject funds that somebody else entered
    EXPORT = "export"  # take rows out as a file
    IMPORT = "import"  # take rows in from a file; what a row may do is what its importer may do
    MERGE = "merge"  # say that two rows are one, or keep them apart
    MANAGE_TARGETS = "manage_targets"  # target letters, tiers and scoring schemes of the zone
    REPORT_FOR_TEAM = "report_for_team"  # say that a team's entries of a period are complete
    RELEASE_REPORTS = "release_reports"  # comment on drafted reports, release them, make new editions, send again
    MANAGE_PEOPLE = "manage_people"  # teams, memberships, accounts of the zone
    MANAGE_SETTINGS = "manage_settings"  # industries, limits, stages, schedules, calendar of the zone
    MANAGE_KEYS = "manage_keys"  # API keys of the zone's service accounts


class Role(models.TextChoices):
    """The roles of a centre. Deputy directors and sponsoring leaders are directors by title."""

    MEMBER = "member", _("Promotion officer")
    LEADER = "leader", _("Team leader")
    DIRECTOR = "director", _("Director")
    ADMINISTRATOR = "administrator", _("Administrator")
    CONTRIBUTOR = "contributor", _("Contributor")
    OBSERVER = "observer", _("Observer")


_MEMBER = frozenset(
    {
        Capability.VIEW,
        Capability.CREATE_LEAD,
        Capability.EDIT_LEAD,
        Capability.MOVE_LEAD,
        Capability.LOG_INTERACTION,
        Capability.COMMENT,
        Capability.SHARE_DOCUMENTS,
        Capability.RECORD_FUNDS,
        Capability.EXPORT,
    }
)
_LEADER = _MEMBER | {
    Capability.ASSIGN_LEAD,
    Capability.CORRECT_MOVE,
    Capability.DELETE_LEAD,
    Capability.EDIT_ANY_INTERACTION,
    Capability.VERIFY_FUNDS,
    Capability.REPORT_FOR_TEAM,
    Capability.IMPORT,
}
_DIRECTOR = _LEADER | {
    Capability.RECORD_HISTORY,
    Capability.MANAGE_KEYS,
    Capability.MANAGE_TARGETS,
    Capability.RELEASE_REPORTS,
    Capability.MERGE,
}

GRANTS: dict[str, frozenset[Capability]] = {
    Role.MEMBER: _MEMBER,
    Role.LEADER: _LEADER,
    Role.DIRECTOR: _DIRECTOR,
    Role.ADMINISTRATOR: _DIRECTOR | {Capability.MANAGE_PEOPLE, Capability.MANAGE_SETTINGS},
    Role.CONTRIBUTOR: frozenset({Capability.VIEW_OWN, Capability.CREATE_LEAD}),
    Role.OBSERVER: frozenset({Capability.VIEW}),
}

# Roles that need a team, and roles that are held in the whole zone only. A contributor and an observer may be either.
TEAM_ROLES = frozenset({Role.MEMBER, Role.LEADER})
ZONE_ROLES = frozenset({Role.DIRECTOR, Role.ADMINISTRATOR})
