"""Reads mails with Python's own parser and says what it found.

Arguments: files with one message each. Output: a JSON array with one object a message.
"""

import base64
import email.policy
import json
import sys
from email.parser import BytesParser


def addresses(message, name):
    header = message[name]
    if header is None:
        return []
    return [[address.display_name, address.addr_spec] for address in header.addresses]


def structure(part):
    if part.is_multipart():
        return [part.get_content_type(), [structure(child) for child in part.iter_parts()]]
    return part.get_content_type()


def leaves(part):
    if part.is_multipart():
        return [leaf for child in part.iter_parts() for leaf in leaves(child)]
    found = {
        "type": part.get_content_type(),
        "filename": part.get_filename(),
        "disposition": part.get_content_disposition(),
        "contentId": part["Content-ID"],
        "bytes": base64.b64encode(part.get_payload(decode=True)).decode(),
    }
    if part.get_content_maintype() == "text" and part.get_content_disposition() is None:
        found["text"] = part.get_content().replace("\r\n", "\n")
    return [found]


def defects(part):
    found = [type(defect).__name__ for defect in part.defects]
    for value in part.values():
        found += [type(defect).__name__ for defect in getattr(value, "defects", [])]
    if part.is_multipart():
        for child in part.iter_parts():
            found += defects(child)
    return found


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    message = BytesParser(policy=email.policy.SMTP).parsebytes(data)
    return {
        "subject": str(message["Subject"]),
        "from": addresses(message, "From"),
        "replyTo": addresses(message, "Reply-To"),
        "to": addresses(message, "To"),
        "cc": addresses(message, "Cc"),
        "bcc": addresses(message, "Bcc"),
        "receipt": str(message["Disposition-Notification-To"]),
        "date": message["Date"].datetime.isoformat(),
        "names": message.keys(),
        "listUnsubscribe": str(message["List-Unsubscribe"]),
        "listUnsubscribePost": str(message["List-Unsubscribe-Post"]),
        "custom": {name: str(value) for name, value in message.items() if name.lower().startswith("x-")},
        "structure": structure(message),
        "leaves": leaves(message),
        "defects": defects(message),
        "sevenBit": all(byte < 0x80 for byte in data),
        "longestLine": max(len(line) for line in data.split(b"\r\n")),
        "bareLineEnds": data.replace(b"\r\n", b"").count(b"\n") + data.replace(b"\r\n", b"").count(b"\r"),
    }


print(json.dumps([read(path) for path in sys.argv[1:]]))
