"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import companies, contacts, lead_forms, lead_lists, leads, options, similar

app_name = "projects"

urlpatterns: list[URLPattern] = [
    path("leads/", lead_lists.lead_list, name="lead_list"),
    path("leads/count/", lead_lists.lead_count, name="lead_count"),
    path("leads/new/", lead_forms.lead_create, name="lead_create"),
    path("leads/options/", options.lead_options, name="lead_options"),
    path("leads/similar/", similar.similar, name="similar"),
    path("leads/<uuid:lead_id>/", leads.lead_page, name="lead"),
    path("leads/<uuid:lead_id>/edit/", lead_forms.lead_edit, name="lead_edit"),
    path("leads/<uuid:lead_id>/delete/", leads.lead_delete, name="lead_delete"),
    path("leads/<uuid:lead_id>/history/", leads.lead_history, name="lead_history"),
    path("leads/<uuid:lead_id>/milestones/<slug:kind>/", leads.milestone_set, name="milestone_set"),
    path("companies/", companies.company_list, name="company_list"),
    path("companies/new/", companies.company_create, name="company_create"),
    path("companies/options/", options.company_options, name="company_options"),
    path("companies/<uuid:company_id>/", companies.company_page, name="company"),
    path("companies/<uuid:company_id>/edit/", companies.company_edit, name="company_edit"),
    path("companies/<uuid:company_id>/settled/", companies.company_settled, name="company_settled"),
    path("companies/<uuid:company_id>/contacts/new/", contacts.contact_create, name="contact_create"),
    path("contacts/options/", options.contact_options, name="contact_options"),
    path("contacts/<uuid:contact_id>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<uuid:contact_id>/delete/", contacts.contact_delete, name="contact_delete"),
]
