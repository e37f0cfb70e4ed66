"""The screen of a record: the form over it with the open target, the panel, and what the page shows of them."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import answers as told
from procedures import panel, questions, record_map, stages
from procedures.forms import boxes
from procedures.forms import record as record_forms
from procedures.forms import target as target_forms
from procedures.working import Work


@dataclass
class Screen:
    """One record on one screen; `answers` is what the rows hold."""

    work: Work
    answers: told.Answers
    form: record_forms.RecordForm
    target_form: target_forms.TargetForm | None

    @property
    def given(self) -> told.Answers:
        """What stands on the screen."""
        opened = self.target_form.given if self.target_form else {}
        return {**self.form.given, **opened}

    @property
    def errors(self) -> dict[str, str]:
        """What could not be read, by the name of its box."""
        forms = [self.form, *([self.target_form] if self.target_form else [])]
        for form in forms:
            form.full_clean_once()
        return {form.add_prefix(name): str(said[0]) for form in forms for name, said in form.errors.items()}

    def panel(self) -> panel.Panel:
        """Weigh what stands on the screen."""
        return panel.build(self.work, self.answers | self.given)

    def map(self) -> dict[str, Any]:
        """What the vessel map draws of what stands on the screen."""
        return record_map.context_of(self.work, self.answers | self.given)


def posted(request: HttpRequest, work: Work, *, with_people: bool = True) -> Screen:
    """Return the screen as it was sent."""
    form = record_forms.RecordForm(
        request.POST,
        procedure=work.procedure,
        known=work.known,
        reason_keys=_reason_keys(request),
        run_count=_lines_sent(request, "run", questions.MOST_RUNS),
        on=timezone.localdate(),
        with_people=with_people,
    )
    key = key_from(request, "open_target")
    opened = None
    if key is not None and work.target(key):
        count = _lines_sent(request, f"t{key}-g", questions.MOST_GIVEN)
        opened = target_forms.TargetForm(
            request.POST, key=key, known=work.known, lesions=work.lesions, line_count=count
        )
    return Screen(work, told.answers_of(work), form, opened)


def _reason_keys(request: HttpRequest) -> list[str]:
    sent = request.POST.get("reason_keys", "").split()[:50]
    return [key for key in sent if len(key) < 100]


def _lines_sent(request: HttpRequest, prefix: str, most: int) -> int:
    """How many numbered lines the page had; none of them is taken for blanked when it was not there."""
    return max(
        (n for n in range(1, most + 1) if any(_is_line(name, prefix, n) for name in request.POST)), default=0
    )


def _is_line(name: str, prefix: str, number: int) -> bool:
    return name.startswith(f"{prefix}{number}-")


def key_from(request: HttpRequest, name: str) -> int | None:
    """A key that was sent, None when it is not a number."""
    sent = request.POST.get(name, request.GET.get(name, ""))
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 19 else None


def stored(work: Work, *, open_key: int | None = None) -> Screen:
    """Return the screen with what is stored, unreadable answers as they were typed."""
    answers = told.answers_of(work)
    count = record_forms.run_count_of(answers)
    reasons = [name.removeprefix(questions.REASON) for name in answers if name.startswith(questions.REASON)]
    arguments: dict[str, Any] = {
        "procedure": work.procedure, "known": work.known, "reason_keys": reasons, "run_count": count,
        "on": timezone.localdate(),
    }  # fmt: skip
    form = record_forms.RecordForm({}, **arguments)
    form.data = boxes.data_of(answers, form.fields)
    opened = None
    if open_key is not None and work.target(open_key):
        lines = target_forms.line_count_of(answers, open_key)
        opened = target_forms.TargetForm(
            {}, key=open_key, known=work.known, lesions=work.lesions, line_count=lines
        )
        opened.data = boxes.data_of(answers, opened.fields, prefix=f"t{open_key}")
    return Screen(work, answers, form, opened)


def base_from(request: HttpRequest) -> told.Answers | None:
    """Return the answers that the page had shown; None when the request tells none."""
    try:
        base = json.loads(request.POST.get("base", ""))
    except ValueError:
        return None
    if not isinstance(base, dict):
        return None
    return {name: answer for name, answer in base.items() if isinstance(answer, dict)}


def base_of(answers: told.Answers) -> str:
    """Write answers for the page; what is unknown goes without saying."""
    return json.dumps({name: answer for name, answer in answers.items() if told.is_told(answer)})


def context_of(screen: Screen) -> dict[str, Any]:
    """Return what the page of a record shows beside `patient`."""
    procedure = screen.work.procedure
    return {
        "procedure": procedure,
        "stage_words": stages.words_for(procedure),
        "form": screen.form,
        "steps": steps_of(screen.form),
        "runs": [
            {
                "artery": screen.form[questions.of_run(n, "artery")],
                "phases": screen.form[questions.of_run(n, "phases")],
            }
            for n in range(1, screen.form.run_count + 1)
        ],
        "exposure": [screen.form[name] for name in questions.EXPOSURE],
        "base": base_of(screen.given),
        "panel": screen.panel(),
        "errors": screen.errors,
        **targets_context(screen),
    }


def targets_context(screen: Screen) -> dict[str, Any]:
    """Return the list of targets, one of them open."""
    opened = screen.target_form
    return {
        "procedure": screen.work.procedure,
        "targets": screen.work.targets,
        "labels": {lesion.pk: str(lesion) for lesion in screen.work.lesions},
        "target_form": opened,
        "open_key": opened.key if opened else None,
        "arteries": record_forms.artery_choices(screen.work.known.arteries, _("Choose the artery")),
    }


def steps_of(form: record_forms.RecordForm) -> list[dict[str, Any]]:
    """Return the steps in order, each with its question, its reason, and when it is asked."""
    return [
        {
            "step": step,
            "answer": form[questions.STEP + key],
            "because": form[questions.BECAUSE + key],
            "shown_when": " ".join([questions.STEP + step.asked_when[0], *step.asked_when[1]])
            if step.asked_when
            else "",
            "departs_when": " ".join([questions.STEP + key, *step.departures]) if step.departures else "",
        }
        for key, step in questions.steps().items()
    ]
