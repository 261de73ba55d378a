"""Addresses of this room."""

from django.urls import path

from cairn.releases import (
    changing_views,
    extract_views,
    give_back_views,
    merging_views,
    nation_views,
    owner_views,
    text_views,
    views,
)

app_name = "releases"
urlpatterns = [
    path("", views.releases, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/words/", changing_views.reword, name="reword"),
    path("<int:pk>/tables/", changing_views.redraft, name="redraft"),
    path("<int:pk>/groups/", merging_views.merge, name="groups"),
    path("<int:pk>/groups/apart/", merging_views.apart, name="groups_apart"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/review/", views.review, name="review"),
    path("<int:pk>/send/", views.send_back, name="send"),
    path("<int:pk>/report/", views.report, name="report"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/correct/", changing_views.correct, name="correct"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/nation/", nation_views.nation, name="nation"),
    path("answers/<int:pk>/", owner_views.answer, name="send_back"),
    path("answers/<int:pk>/decline/", owner_views.decline, name="decline"),
    path("answers/<int:pk>/figure/", owner_views.wrong, name="wrong_figure"),
    path("answers/<int:pk>/figure/<int:figure>/", owner_views.take_back, name="right_figure"),
    path("give-back/<int:pk>/", give_back_views.give_back, name="give_back"),
    path("give-back/<int:pk>/report.csv", give_back_views.spreadsheet, name="give_back_csv"),
    path("give-back/<int:pk>/given/", give_back_views.given, name="given"),
    path("extracts/", extract_views.extracts, name="extracts"),
    path("extracts/ask/<str:reference>/", extract_views.ask, name="extract_ask"),
    path("extracts/<int:pk>/", extract_views.extract, name="extract"),
    path("extracts/<int:pk>/prepare/", extract_views.prepare, name="extract_prepare"),
    path("extracts/<int:pk>/review/", extract_views.review, name="extract_review"),
    path("extracts/<int:pk>/texts/", text_views.texts, name="extract_texts"),
    path("extracts/<int:pk>/texts/<int:number>/", text_views.text, name="extract_text"),
    path(
        "extracts/<int:pk>/texts/<int:number>/back/",
        text_views.take_back,
        name="extract_text_back",
    ),
    path("extracts/<int:pk>/issue/", extract_views.issue, name="extract_issue"),
    path("extracts/<int:pk>/fetch/<str:key>/", extract_views.fetch, name="extract_fetch"),
    path("extracts/<int:pk>/withdraw/", extract_views.withdraw, name="extract_withdraw"),
]
