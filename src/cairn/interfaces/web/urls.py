"""Map the URLs of the home page, email, the audit log, progress, language and health check.

The audit log has a namespace of its own, as a part of the site that other apps link to.
"""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from cairn.interfaces.web import views
from cairn.interfaces.web.pages import (
    audit_log,
    documentation,
    email,
    gallery,
    partner,
    scheduled_jobs,
    search,
    status,
)

app_name = "web"

audit_log_urls = [
    path("", audit_log.audit_log, name="log"),
    path("verify/", audit_log.audit_verification, name="verify"),
]

urlpatterns = [
    path("", views.home_page, name="home"),
    path("tour/close/", views.close_welcome_tour, name="close_tour"),
    path("email/", email.unsent_email, name="mail"),
    path("email/choice/", email.email_choice, name="mail_choice"),
    path("mailbox/", email.demo_mailbox, name="mailbox"),
    path("mailbox/<str:key>/", email.demo_mail, name="mailbox_mail"),
    path("schedule/", scheduled_jobs.job_list, name="schedule"),
    path("schedule/<str:name>/run/", scheduled_jobs.job_run, name="run_job"),
    path("components/", gallery.component_gallery, name="gallery"),
    path("search/", search.search_page, name="search"),
    path("help/", documentation.help_index, name="help"),
    path("help/<path:name>/", documentation.help_page, name="help_page"),
    path("partner/<slug:slug>/", partner.partner_detail, name="partner"),
    path("work/<int:pk>/", views.work_progress, name="progress"),
    # It keeps a language and no more: without a CSRF token, a public page is the same for all.
    path("language/", csrf_exempt(set_language), name="language"),
    path("health/", views.health_check, name="health"),
    path("health/ready/", status.readiness_check, name="ready"),
    path("status/", status.status_page, name="status"),
]
