"""Parses the sanitizer's output with html5lib and compares the tree with the one that is written.

Input: a JSON array of HTML texts. Output: a JSON array with, for each text that html5lib reads as another tree, its number
and what it read.
"""

import json
import re
import sys
from html import unescape

import html5lib

EMPTY = {"br", "col", "hr", "img", "wbr"}
TOKEN = re.compile(r"<(/?)([a-z0-9]+)((?: [a-z]+=\"[^\"]*\")*)>|([^<]+)")
ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")


def written(text):
    """The tree as the text spells it, by rules that know nothing of HTML."""
    root = ["body", {}, []]
    stack = [root]
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise ValueError(f"not of the written form at {position}: {text[position:position + 40]!r}")
        end, name, attributes, literal = match.groups()
        if literal is not None:
            add(stack[-1], unescape(literal))
        elif end:
            if stack.pop()[0] != name:
                raise ValueError(f"</{name}> out of order")
        else:
            node = [name, {key: unescape(value) for key, value in ATTRIBUTE.findall(attributes)}, []]
            stack[-1][2].append(node)
            if name == "pre" and text.startswith("\n", match.end()):
                position = match.end() + 1
                stack.append(node)
                continue
            if name not in EMPTY:
                stack.append(node)
        position = match.end()
    return root


def add(node, text):
    if node[2] and isinstance(node[2][-1], str):
        node[2][-1] += text
    elif text:
        node[2].append(text)


def parsed(element):
    node = [element.tag.split("}")[-1], dict(element.attrib), []]
    add(node, element.text or "")
    for child in element:
        node[2].append(parsed(child))
        add(node, child.tail or "")
    return node


differences = []
for number, text in enumerate(json.load(sys.stdin)):
    document = html5lib.parse("<!DOCTYPE html><body>" + text, namespaceHTMLElements=False)
    expected, found = written(text), parsed(document.find("body"))
    if expected != found:
        differences.append({"number": number, "expected": expected, "found": found})
print(json.dumps(differences[:5]))
