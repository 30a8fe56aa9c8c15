"""All addresses, and the pages with sample charts, which otherwise need DEBUG."""

from django.urls import include, path

from investcrm import urls
from pipeline import urls as pipeline_urls
from pipeline.views import chart_samples

SAMPLES = [
    path("styleguide/charts/", chart_samples.samples, name="chart_samples"),
    path("styleguide/charts/<slug:name>/", chart_samples.sample, name="chart_sample"),
]

urlpatterns = [
    path("", include(([*pipeline_urls.urlpatterns, *SAMPLES], pipeline_urls.app_name))),
    *(pattern for pattern in urls.urlpatterns if getattr(pattern, "app_name", "") != pipeline_urls.app_name),
]
