from django.urls import path

from patients.views import audit, find, tasks

app_name = "patients"
urlpatterns = [
    path("patients/", find.find, name="find"),
    path("tasks/", tasks.my_tasks, name="my_tasks"),
    path("audit/", audit.audit, name="audit"),
]
