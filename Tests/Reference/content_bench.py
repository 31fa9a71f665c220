"""Measures jinja2, bleach and nh3 on the inputs that `content-bench figures` measured, and prints both as a table.

Input: lines of JSON with `operation` (parse, render or sanitize), `name`, `nanoseconds`, and what the operation was given:
`template`, `context` and `autoescape`, or `html`. The three packages are configured to what this project's sanitizer keeps.
A package that is not installed has a dash in its column.
"""

import importlib
import json
import statistics
import sys
import time

TAGS = """a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del div dl dt em h1 h2 h3 h4 h5 h6 hr
i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var
wbr""".split()
ATTRIBUTES = """align alt bgcolor border cellpadding cellspacing colspan dir height href lang role rowspan scope span src
start style title type valign value width""".split()
PROPERTIES = """background background-color border border-bottom border-collapse border-left border-radius border-top color
display font font-family font-size font-style font-weight height letter-spacing line-height margin max-height max-width
mso-hide overflow padding text-align text-decoration vertical-align white-space width""".split()
SCHEMES = ["https", "mailto", "tel", "cid"]


def measure(operation):
    """The median of several batches, in nanoseconds for one run."""
    operation()
    count, elapsed = 1, 0
    while True:
        start = time.perf_counter_ns()
        for _ in range(count):
            operation()
        elapsed = time.perf_counter_ns() - start
        if elapsed > 20_000_000:
            break
        count *= 2
    times = []
    for _ in range(9):
        start = time.perf_counter_ns()
        for _ in range(count):
            operation()
        times.append((time.perf_counter_ns() - start) / count)
    return statistics.median(times)


def package(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def with_jinja2(jinja2, row):
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=row["autoescape"], cache_size=0)
    if row["operation"] == "parse":
        return lambda: environment.from_string(row["template"])
    template = environment.from_string(row["template"])
    return lambda: template.render(row["context"])


def with_bleach(bleach, row):
    from bleach.css_sanitizer import CSSSanitizer

    cleaner = bleach.Cleaner(
        tags=TAGS, attributes=ATTRIBUTES, protocols=SCHEMES, strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=PROPERTIES))
    return lambda: cleaner.clean(row["html"])


def with_nh3(nh3, row):
    attributes = {tag: set(ATTRIBUTES) for tag in TAGS}
    options = dict(
        tags=set(TAGS), attributes=attributes, url_schemes=set(SCHEMES), filter_style_properties=set(PROPERTIES),
        link_rel=None)
    return lambda: nh3.clean(row["html"], **options)


COMPARISONS = {
    "jinja2": (("parse", "render"), with_jinja2),
    "bleach": (("sanitize",), with_bleach),
    "nh3": (("sanitize",), with_nh3),
}


def shown(nanoseconds):
    if nanoseconds is None:
        return "–"
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


def cell(theirs, ours):
    return "–" if theirs is None else f"{shown(theirs)} ({theirs / ours:.1f}×)"


def main():
    packages = {name: package(name) for name in COMPARISONS}
    print("| operation | input | here | jinja2 | bleach | nh3 |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for line in sys.stdin:
        row = json.loads(line)
        times = {}
        for name, (operations, prepare) in COMPARISONS.items():
            if packages[name] and row["operation"] in operations:
                times[name] = measure(prepare(packages[name], row))
        ours = row["nanoseconds"]
        cells = [cell(times.get(name), ours) for name in COMPARISONS]
        print("|", " | ".join([row["operation"], row["name"], shown(ours)] + cells), "|", flush=True)


main()
