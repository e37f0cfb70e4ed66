from django.urls import path

from pathway import views

app_name = "pathway"
urlpatterns = [
    path("", views.home, name="home"),
    path("imports/", views.imports, name="imports"),
]
