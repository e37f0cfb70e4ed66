"""`manage.py import_patients FILE --team NAME`: import a cohort, all lines or none; `-v 2` prints every line."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Team
from pathway.actions import imports
from pathway.cohort_import import guesses
from pathway.cohort_import.mapping import Rule, rules_from_json
from pathway.cohort_import.report import CohortReport
from patients import table
from patients.table import Table


class Command(BaseCommand):
    help = "Import a cohort: register each line with its diagnosis and its assessment, all lines or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX; the first line names the columns")
        parser.add_argument("--team", required=True, help="name of the team that the patients belong to")
        parser.add_argument(
            "--new-research-team", action="store_true", help="make the team, for closed cases without names"
        )
        parser.add_argument(
            "--mapping",
            help=f"what the columns mean: {', '.join(guesses.PRESETS)} or a JSON file; without it they are guessed",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what each line would become")

    def handle(self, *args, **options) -> None:
        read = self._table(options["file"])
        rules = self._rules(options["mapping"], read)
        team = self._team(options["team"], make=options["new_research_team"])
        now = timezone.now()
        report = imports.check_table(team=team, read=read, rules=rules, at=now, progress=lambda _count: None)
        self._print(report, every_line=options["verbosity"] > 1)
        if report.has_errors:
            raise CommandError("Nothing was imported: correct the lines above.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
            return
        imports.write_table(team=team, read=read, rules=rules, done=report, by=None, at=now)
        self.stdout.write(f"{len(report.rows)} patients imported into {team}.")

    def _table(self, path: Path) -> Table:
        try:
            return table.read(path.name, path.read_bytes())
        except (OSError, table.UnreadableFile) as error:
            raise CommandError(str(error)) from error

    def _rules(self, name: str | None, read: Table) -> list[Rule]:
        if name is None:
            rules = guesses.guess(read)
        elif name in guesses.PRESETS:
            rules = guesses.preset(name, read)
        else:
            try:
                rules = rules_from_json(json.loads(Path(name).read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError) as error:
                raise CommandError(f"The mapping {name} cannot be read: {error}") from error
        absent = sorted({rule.column for rule in rules} - set(read.columns))
        if absent:
            raise CommandError(f"The file has no column {', '.join(absent)}.")
        return rules

    def _team(self, name: str, *, make: bool) -> Team:
        if make:
            return Team.objects.get_or_create(name=name, defaults={"is_research": True})[0]
        team = Team.objects.filter(name=name).first()
        if team is None:
            raise CommandError(f"There is no team {name!r}. Make it first, or add --new-research-team.")
        return team

    def _print(self, report: CohortReport, *, every_line: bool) -> None:
        for row in report.rows:
            wrong = "; ".join(f"{column}: {message}" for column, message in row.errors)
            if wrong:
                self.stdout.write(f"line {row.line}  {row.mrn}  {wrong}")
            elif every_line:
                missing = f" (missing: {', '.join(row.missing)})" if row.missing else ""
                self.stdout.write(f"line {row.line}  {row.mrn}  {row.verdict}{missing}")
        for verdict, count in report.as_json()["verdicts"].items():
            self.stdout.write(f"{count:>6}  {verdict}")
