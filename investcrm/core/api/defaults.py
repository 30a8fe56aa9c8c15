"""How the API is set up. Imported by the settings, so it names classes by their path and imports no app."""

from typing import Any

MAX_BODY_BYTES = 10 * 1024 * 1024
DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 500

REST_FRAMEWORK: dict[str, Any] = {
    # The Bearer authenticator comes first, so that a missing key is answered by 401 and not by 403.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "investcrm.core.api.authentication.BearerAuthentication",
        "investcrm.core.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "sync.api.permissions.KeyScope"],
    "DEFAULT_RENDERER_CLASSES": ["investcrm.core.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["investcrm.core.api.renderers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "investcrm.core.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_FILTER_BACKENDS": [],
    "EXCEPTION_HANDLER": "investcrm.core.api.problems.exception_handler",
    "NON_FIELD_ERRORS_KEY": "non_field_errors",
    # `?format=` belongs to the application: exports and reports use it.
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "DEFAULT_METADATA_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.MultiPartRenderer",
    ],
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "investcrm",
    "VERSION": "1.0.0",
    "DESCRIPTION": (
        "Leads, companies, calls and visits of investment-promotion centres. Send a key as "
        "`Authorization: Bearer <key>`. Amounts and measures are strings; times are RFC 3339 with their offset. "
        "Every refusal is a problem document (RFC 9457) that says, for bad input, which field is wrong."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "ENUM_NAME_OVERRIDES": {
        "StageKind": "projects.choices.StageKind",
        "CompanyKind": "projects.choices.CompanyKind",
        "MoveKind": "pipeline.api.serializers.MOVE_KINDS",
        "Channel": "visits.choices.Channel",
        "PlannableChannel": "visits.api.plan_serializers.PLANNABLE_CHANNELS",
        "Listing": "projects.choices.Listing",
        "ListedAtLeast": "pipeline.api.target_serializers.LISTED",
        "CapitalOrigin": "projects.choices.CapitalOrigin",
        "ReportKind": "pipeline.models.reports.ReportKind",
        "ReportStatus": "pipeline.models.reports.ReportStatus",
        "ReportFormat": "pipeline.api.report_serializers.FORMATS",
        "Metric": "pipeline.models.targets.Metric",
        "FeedType": "sync.selectors.feed.TYPES",
        "FundKind": "projects.choices.FundKind",
        "FundStatus": "projects.choices.FundStatus",
        "DocumentKind": "projects.choices.DocumentKind",
        "FollowUpStatus": "visits.choices.FollowUpStatus",
        "PlannedVisitStatus": "visits.choices.PlanStatus",
        "ServiceRequestState": "visits.choices.RequestState",
        "ServiceRequestCategory": "visits.choices.RequestCategory",
    },
    # The pages of the document take their files from the application itself: the centres' networks are closed.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # The pages are for reading: from their sandbox nothing can be sent.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "supportedSubmitMethods": []},
    "PREPROCESSING_HOOKS": ["investcrm.core.api.schema.only_version_one"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "investcrm.core.api.document.add_contract",
        "investcrm.core.api.schema.share_problem_answers",
    ],
}
