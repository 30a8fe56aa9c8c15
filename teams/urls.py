"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from teams.views import accounts, administration, calendar, memberships, people, profile, schedules, sessions

app_name = "teams"

urlpatterns: list[URLPattern] = [
    path("profile/", profile.profile, name="profile"),
    path("profile/sessions/end-others/", sessions.sessions_end_others, name="sessions_end_others"),
    path("profile/sessions/<int:session_id>/end/", sessions.session_end, name="session_end"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_add, name="person_add"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/edit/", people.person_edit, name="person_edit"),
    path("people/<uuid:user_id>/deactivate/", accounts.person_deactivate, name="person_deactivate"),
    path("people/<uuid:user_id>/activate/", accounts.person_activate, name="person_activate"),
    path("people/<uuid:user_id>/invite/", accounts.person_invite, name="person_invite"),
    path("people/<uuid:user_id>/factor-off/", accounts.person_factor_off, name="person_factor_off"),
    path("people/<uuid:user_id>/roles/new/", memberships.membership_add, name="membership_add"),
    path("people/memberships/<uuid:membership_id>/", memberships.membership_edit, name="membership_edit"),
    path("people/memberships/<uuid:membership_id>/end/", memberships.membership_end, name="membership_end"),
    path("administration/", administration.administration, name="administration"),
    path("administration/teams/", administration.team_list, name="team_list"),
    path("administration/teams/new/", administration.team_add, name="team_add"),
    path("administration/teams/<uuid:team_id>/", administration.team_edit, name="team_edit"),
    path("administration/zone/", administration.zone_settings, name="zone_settings"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/calendar/", calendar.calendar, name="calendar"),
    path("schedules/calendar/<uuid:calendar_day_id>/remove/", calendar.calendar_remove, name="calendar_remove"),
    path("schedules/<uuid:schedule_id>/", schedules.schedule_row, name="schedule_row"),
    path("schedules/<uuid:schedule_id>/edit/", schedules.schedule_edit, name="schedule_edit"),
    path("schedules/<uuid:schedule_id>/run/", schedules.schedule_run, name="schedule_run"),
]
