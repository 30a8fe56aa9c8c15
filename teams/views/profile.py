"""One's own account: name, address, language, time zone, roles."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from investcrm.core.forms import add_problems, sent
from investcrm.core.toasts import add_toast
from teams.forms.people import ProfileForm, profile_values
from teams.models import Membership
from teams.requests import user_of
from teams.services.profile import update_profile
from teams.views.answers import form_page


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, address, phone, language, time zone, and the roles one holds."""
    user = user_of(request)
    form = ProfileForm(sent(request), initial=profile_values(user))
    if request.method == "POST" and form.is_valid():
        try:
            update_profile(actor=user, changes=form.cleaned_data)
        except ValidationError as error:
            add_problems(form, error)
        else:
            add_toast(request, _("Saved."))
            return redirect("teams:profile")
    roles = Membership.objects.filter(user=user, deleted_at=None).select_related("zone", "team").order_by("-starts_on")
    return form_page(request, "teams/profile.html", form, roles=roles)
