"""Addresses of the pages of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import (
    comments,
    companies,
    contacts,
    documents,
    downloads,
    lead_forms,
    lead_lists,
    leads,
    notifications,
    options,
    search,
    similar,
    uploads,
)

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
    path("leads/<uuid:lead_id>/documents/", documents.documents_of_lead, name="documents_of_lead"),
    path("companies/<uuid:company_id>/documents/", documents.documents_of_company, name="documents_of_company"),
    path("documents/uploads/", uploads.upload_begin, name="upload_begin"),
    path("documents/uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("documents/sent/<uuid:dispatch_id>/take-back/", documents.dispatch_take_back, name="dispatch_take_back"),
    path("documents/<uuid:document_id>/", documents.document_page, name="document"),
    path("documents/<uuid:document_id>/edit/", documents.document_edit, name="document_edit"),
    path("documents/<uuid:document_id>/delete/", documents.document_delete, name="document_delete"),
    path("documents/<uuid:document_id>/sent/", documents.dispatch_add, name="dispatch_add"),
    path("documents/<uuid:document_id>/file/", downloads.document_file, name="document_file"),
    path(
        "documents/<uuid:document_id>/versions/<uuid:version_id>/file/",
        downloads.document_version_file,
        name="document_version_file",
    ),
    path("search/", search.search_all, name="search"),
    path("leads/<uuid:lead_id>/comments/", comments.comments, name="comments"),
    path("leads/<uuid:lead_id>/comments/people/", comments.comment_people, name="comment_people"),
    path("comments/<uuid:comment_id>/edit/", comments.comment_edit, name="comment_edit"),
    path("comments/<uuid:comment_id>/delete/", comments.comment_delete, name="comment_delete"),
    path("comments/<uuid:comment_id>/restore/", comments.comment_restore, name="comment_restore"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/bell/", notifications.bell, name="bell"),
    path("notifications/choices/", notifications.notification_choices, name="notification_choices"),
    path("notifications/<uuid:notification_id>/", notifications.notification, name="notification"),
]
