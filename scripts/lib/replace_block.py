"""Puts a text between the lines <!-- NAME --> and <!-- end of NAME --> of a document. Usage: FILE NAME TEXTFILE"""

import sys


def main():
    document, name, text_file = sys.argv[1:4]
    with open(document, encoding="utf-8") as file:
        before, rest = file.read().split(f"<!-- {name} -->\n", 1)
    after = rest.split(f"<!-- end of {name} -->\n", 1)[1]
    with open(text_file, encoding="utf-8") as file:
        text = file.read().strip()
    with open(document, "w", encoding="utf-8") as file:
        file.write(f"{before}<!-- {name} -->\n{text}\n<!-- end of {name} -->\n{after}")


if __name__ == "__main__":
    main()
