"""Map the URLs of releases and extracts, which share the namespace `releases`."""

from django.urls import include, path

app_name = "releases"

urlpatterns = [
    path("", include("cairn.outputs.releases.urls")),
    path("extracts/", include("cairn.outputs.extracts.urls")),
]
