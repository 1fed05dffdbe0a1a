"""The command line. Exit status 0: done; 1: the input is at fault, all faults listed; 2: usage."""

import sys

import typer
from sqlalchemy.exc import OperationalError

from core.errors import InvalidInput, RimayError
from i18n.translator import Translator
from rimay.commands import (
    account,
    agenda,
    analysis,
    backup,
    brief,
    deliveries,
    demo,
    doctor,
    draw,
    enter,
    export,
    form,
    migrate,
    opinions,
    paper,
    predict,
    rehearse,
    restore,
    serve,
    speak,
    voices,
    web,
    worker,
)
from rimay.reporting import LANGUAGE, report_faults

app = typer.Typer(
    name="rimay",
    help="Rimay: consultar, oír, invitar, decidir, responder.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(account.app, name="account")
app.add_typer(form.app, name="form")
app.add_typer(draw.app, name="draw")
app.add_typer(analysis.app, name="analysis")
form.app.command("paper")(paper.paper)
form.app.command("enter")(enter.enter)
form.app.command("rehearse")(rehearse.rehearse)
app.command("serve")(serve.serve)
app.command("web")(web.web)
app.command("worker")(worker.worker)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore_command)
app.command("deliveries")(deliveries.deliveries)
app.command("agenda")(agenda.agenda)
app.command("brief")(brief.brief)
app.command("export")(export.export)
app.command("opinions")(opinions.opinions)
app.command("predict")(predict.predict)
app.command("speak")(speak.speak)
app.command("voices")(voices.voices)


def main() -> None:
    """Run one command; an expected refusal is a sentence on stderr, never a stack trace."""
    try:
        app()
    except InvalidInput as error:
        report_faults(error.faults, Translator())
        sys.exit(1)
    except RimayError as error:
        print(
            Translator().text("errors." + error.code, LANGUAGE, **error.params),
            file=sys.stderr,
        )
        sys.exit(1)
    except OperationalError as error:
        if error.statement is not None:  # it answered, and something is wrong with what we asked
            raise
        print(Translator().text("cli.doctor_database_closed", LANGUAGE), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
