"""Map the URLs of the home page, progress, language and health check."""

from django.urls import path
from django.views.i18n import set_language

from cairn.interfaces.web import help_pages, partner_page, search, views

app_name = "web"

urlpatterns = [
    path("", views.home_page, name="home"),
    path("search/", search.search_page, name="search"),
    path("help/", help_pages.help_index, name="help"),
    path("help/<path:name>/", help_pages.help_page, name="help_page"),
    path("partner/<slug:slug>/", partner_page.partner_detail, name="partner"),
    path("work/<int:pk>/", views.work_progress, name="progress"),
    path("language/", set_language, name="language"),
    path("health/", views.health_check, name="health"),
]
