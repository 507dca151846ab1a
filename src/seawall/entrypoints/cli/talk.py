"""How the command speaks: language, progress, and errors in one line each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from seawall.core.problems import Refused

NO, WRONG, MISSING, INTERRUPTED = 1, 2, 3, 130
LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Missing(click.ClickException):
    """Something needed is not there: exit code 3."""

    exit_code = MISSING


def _language(callback: Callable[..., Any] | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    default = "zh" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh") else "en"
    return click.option(
        "--lang",
        type=click.Choice(list(LANGUAGES)),
        default=default,
        show_default=True,
        help="Language of the output.",
        callback=callback,
    )


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--lang zh|en` (by default the terminal's) for a command that needs no database: takes effect at once."""
    return _language(lambda ctx, param, value: speak(value))(command)


def site_language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--lang` for a command that loads the whole site, which must come first; it calls `speak` itself."""
    return _language(None)(command)


def speak(lang: str) -> str:
    """Make the catalogues available in `lang` without a database, when Django has not been set up already."""
    import django
    from django.conf import settings
    from django.utils import translation

    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        locale = Path(__file__).resolve().parents[2] / "locale"
        settings.configure(
            USE_I18N=True,
            USE_TZ=True,
            LANGUAGE_CODE="en",
            LOCALE_PATHS=[locale],
            LANGUAGES=[("zh-hans", "中文"), ("en", "English")],
        )
        django.setup()
    translation.activate(LANGUAGES[lang])
    return lang


def lines(refused: Refused) -> list[str]:
    """One line per problem: where, then what was wrong and what would be right."""
    from seawall.entrypoints.sentences import sentence

    told = [(p.field, sentence(p)) for p in refused.problems]
    return [words if words.startswith(field) else f"{field}: {words}" for field, words in told]


def say(text: str) -> None:
    """A message for a person: to stderr, so that stdout stays data."""
    click.echo(text, err=True)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress line on a terminal and silence elsewhere; call it with (done, of, what is being done)."""
    if not sys.stderr.isatty():
        yield lambda done, of, what: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of, what: bar.update(task, completed=done, total=of, description=f"{title}: {what}")


def run(command: click.Command) -> None:
    """Run `command` and exit; no traceback reaches a person."""
    try:
        result = command.main(standalone_mode=False, prog_name="seawall")
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.UsageError as error:
        command_path = error.ctx.command_path if error.ctx else "seawall"
        say(f"seawall: {error.format_message()} ({command_path} --help)")
        sys.exit(WRONG)
    except click.ClickException as error:
        say(f"seawall: {error.format_message()}")
        sys.exit(error.exit_code)
    except Refused as error:
        speak_default()
        for line in lines(error):
            say(f"seawall: {line}")
        sys.exit(WRONG)
    except (KeyboardInterrupt, click.Abort):
        say("seawall: interrupted")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        say(f"seawall: {error.filename or ''} {error.strerror or error}".replace("  ", " "))
        sys.exit(MISSING)
    except Exception as error:
        if os.environ.get("SEAWALL_DEBUG") == "true":
            raise
        say(f"seawall: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'unexpected error'}")
        sys.exit(MISSING)


def speak_default() -> None:
    """Activate English when no command has chosen a language yet."""
    from django.conf import settings

    if not settings.configured:
        speak("en")
