"""Map the URLs of extracts and their free text; `cairn.outputs.urls` adds the namespace."""

from django.urls import path

from cairn.outputs.extracts.views import extracts, free_text

urlpatterns = [
    path("", extracts.extract_list, name="extracts"),
    path("ask/<str:reference>/", extracts.extract_request, name="extract_ask"),
    path("<int:pk>/", extracts.extract_detail, name="extract"),
    path("<int:pk>/prepare/", extracts.extract_prepare, name="extract_prepare"),
    path("<int:pk>/review/", extracts.extract_review, name="extract_review"),
    path("<int:pk>/texts/", free_text.text_list, name="extract_texts"),
    path("<int:pk>/texts/<int:number>/", free_text.text_detail, name="extract_text"),
    path(
        "<int:pk>/texts/<int:number>/back/",
        free_text.text_reopen,
        name="extract_text_back",
    ),
    path("<int:pk>/issue/", extracts.extract_issue, name="extract_issue"),
    path("<int:pk>/fetch/<str:key>/", extracts.extract_fetch, name="extract_fetch"),
    path("<int:pk>/withdraw/", extracts.extract_withdraw, name="extract_withdraw"),
]
