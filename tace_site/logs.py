"""Logs that name no patient: an address without what was asked for, a traceback without values.

A line says which address by its pattern (`patients/<int:patient_id>/`), who by number, and the status. What a person
typed, what a row held and what an exception quotes of it stay out: a log is read by more people than a record.
"""

import sys
import traceback
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, WrappedLogger

# What these say is about machines, not people.
MAY_SPEAK = (
    "OperationalError",
    "ImproperlyConfigured",
    "ImportError",
    "ModuleNotFoundError",
    "TemplateDoesNotExist",
)


class RequestLogMiddleware(RequestMiddleware):
    """Logs each request by its address pattern, never by the address with its question."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Log the end of a request; a question for our health, asked all day, is worth no line."""
        if request.path == "/healthz":
            structlog.contextvars.clear_contextvars()
        else:
            super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        return f"{request.method} /{match.route}" if match else f"{request.method} (no such page)"


def without_values(error: BaseException) -> str:
    """Return where an exception came from, without what it says unless it is known to speak of machines only."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines += [
            f"{f.filename}:{f.lineno} in {f.name}: {f.line}" for f in traceback.extract_tb(seen.__traceback__)
        ]
        name = type(seen).__name__
        lines.append(f"{name}: {seen}" if name in MAY_SPEAK else name)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
        lines += ["while handling:"] if seen else []
    return "\n".join(lines)


def add_traceback(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by a traceback without values, and what Celery says of a failed task by the task's name."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else sys.exc_info()[1] if info is True else info
    if not isinstance(error, BaseException):
        return event
    record = event.get("_record")
    if record is not None and record.name == "celery.app.trace":
        event["event"] = f"Task {getattr(record, 'data', {}).get('name', '')} failed"
    event["exception"] = without_values(error)
    return event


BEFORE_RENDERING: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders a line as JSON; as plain words on a person's own terminal."""

    def __init__(self, *, as_json: bool) -> None:
        render: list[Any] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
        if not as_json:
            render = [structlog.dev.ConsoleRenderer(colors=False)]
        super().__init__(
            foreign_pre_chain=BEFORE_RENDERING,
            processors=[add_traceback, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )


def configuration(*, level: str, as_json: bool) -> dict[str, Any]:
    """Return Django's LOGGING: one stream, one format; nothing is mailed, for a mail would carry the whole request."""
    structlog.configure(
        processors=[*BEFORE_RENDERING, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "tace_site.logs.Formatter", "as_json": as_json}},
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # A wake-up every two seconds is worth no line.
            "celery": {"level": "WARNING"},
            # The request's own line says the same by its pattern.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
