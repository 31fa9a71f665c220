"""The reference call of scripts/bench in a server on the official Python SDK: lists templates from an SQLite file.

Usage: bench_server.py DATABASE. The file is plain SQLite and read as it is anew for each call, in one query, as the
product does with its encrypted one; the row and its fields are those of the product's answer.
"""

import json
import sqlite3
import sys

from mcp.server import MCPServer
from pydantic import BaseModel


class Month(BaseModel):
    month: str
    sends: int


class Row(BaseModel):
    templateId: str
    templateName: str
    subject: str
    category: str
    variables: list[str]
    description: str | None
    version: int
    updatedAt: str
    sends: int
    lastSentAt: str | None = None
    months: list[Month]


class Page(BaseModel):
    items: list[Row]
    count: int
    truncated: bool


database = sqlite3.connect(sys.argv[1], check_same_thread=False)
database.row_factory = sqlite3.Row
server = MCPServer("bench")


@server.tool()
async def list_email_templates(limit: int = 50) -> Page:
    """List mail templates by name, without bodies."""
    rows = database.execute("SELECT * FROM email_templates ORDER BY templateName LIMIT ?", (limit,)).fetchall()
    lists = ("variables", "months")
    items = [Row(**{**row, **{name: json.loads(row[name]) for name in lists}}) for row in map(dict, rows)]
    return Page(items=items, count=len(items), truncated=False)


server.run("stdio")
