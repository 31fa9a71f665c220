"""Renders templates with Jinja2, for comparison with the template language of this project.

Reads lines of JSON from standard input:

    {"template": "...", "context": {...}, "autoescape": true}

and answers each with a line of JSON, in order:

    {"output": "..."}                                   what Jinja2 rendered
    {"error": "UndefinedError", "message": "...", "line": 3}

The environment has Jinja2's defaults, apart from what the project decides: undefined variables are errors
(StrictUndefined), there are no global functions, and there is a filter for dates, made of Python's own.
"""

import datetime
import functools
import gc
import json
import operator
import resource
import signal
import sys

import jinja2

# A template that a generator makes at random may ask for more memory or time than there is.
MEMORY_LIMIT = 2 << 30
SECONDS_PER_TEMPLATE = 2


def environment(autoescape):
    env = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=autoescape)
    env.globals.clear()
    env.filters["date"] = date
    if sys.version_info >= (3, 12):
        # From 3.12 on Python's sum compensates for rounding errors; before, and in this project, it adds in order.
        env.filters["sum"] = plain_sum
    return env


@jinja2.pass_environment
def plain_sum(env, iterable, attribute=None, start=0):
    if isinstance(start, str):
        raise TypeError("sum() can't sum strings")
    if attribute is not None:
        iterable = map(jinja2.filters.make_attrgetter(env, attribute), iterable)
    return functools.reduce(operator.add, iterable, start)


def date(value, format="%Y-%m-%d", offset=None):
    """This project's filter by Python's own strftime; the locale is C, whose names are English."""
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    zone = datetime.timezone.utc
    if offset not in (None, "UTC", "Z"):
        zone = datetime.datetime.fromisoformat("2000-01-01T00:00" + offset).tzinfo
    if "T" not in value:
        return moment.replace(tzinfo=zone).strftime(format)
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).astimezone(zone).strftime(format)


def line_of(error):
    """The template's line the error is about, as Jinja2 tells it."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class TooLong(BaseException):
    pass


def give_up(signum, frame):
    raise TooLong


def answer(environments, case):
    try:
        signal.alarm(SECONDS_PER_TEMPLATE)
        template = environments[case["autoescape"]].from_string(case["template"])
        output = template.render(case["context"])
        output.encode("utf-8")
        return {"output": output}
    except (Exception, TooLong) as error:
        return {"error": type(error).__name__, "message": str(error)[:300], "line": line_of(error)}
    finally:
        signal.alarm(0)


def main():
    # What is there now stays, and looking for garbage after every template would take an eighth of the time.
    gc.freeze()
    gc.set_threshold(100_000)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    signal.signal(signal.SIGALRM, give_up)
    environments = {flag: environment(flag) for flag in (False, True)}
    for line in sys.stdin:
        json.dump(answer(environments, json.loads(line)), sys.stdout)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
