"""What a page asks the database for its own sake, whatever the clock makes it ask beside that."""

# Once in five seconds a process asks whether the timetable ticks; a session notes once a minute that it is used.
BY_THE_CLOCK = ("pathway_timetabletick", "followup_sweeprun", "django_migrations", "usersessions_usersession")
NOT_COUNTED = ("SAVEPOINT", "RELEASE")


def by_the_page(captured) -> list[str]:
    """Return the statements that count, of those that CaptureQueriesContext caught."""
    statements = [query["sql"] for query in captured]
    return [
        sql
        for sql in statements
        if not sql.startswith(NOT_COUNTED) and not any(table in sql for table in BY_THE_CLOCK)
    ]
