"""One session of an administrator, told to whoever watches: scripts/demo runs it.

Usage: demo.py PROGRAMS DIRECTORY
Everything that is said to be so was checked. Ends with 1 and a message at the first thing that is not as it should be.
"""

import email
import email.policy
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys

from mcp_client import Broken, Client, ToolFailed
from screen import Screen
from simulated_tenant import SimulatedTenant, clean_environment

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEEDS = os.path.join(ROOT, "data/seed/templates")
SENDER = "aoife.walsh"
PAYER = "accounts@meridianfoods.example"
# Nobody's account: the example number of the IBAN registry, and names that do not exist.
BANK = {
    "Example Company Ltd": "Harbour & Finch Settlement Services Ltd",
    "Example Bank, Example City": "Corrib Example Bank, Galway",
    "XX00 0000 0000 0000 0000 00": "IE29 AIBK 9311 5212 3456 78",
    "XXXXXXXX": "CORXIE2G",
}
VALUES = {
    "recipient_name": "Eoin Tierney", "amount": "EUR 48,250.00", "due_date": "18 December 2026", "reference": "HF-2026-0417",
    "purpose": "the purchase of 12 Quay Street", "sender_name": "Aoife Walsh",
    "sender_company": "Harbour & Finch Settlement Services",
}


def require(is_so, otherwise):
    if not is_so:
        raise Broken(otherwise)


class Demo:
    def __init__(self, programs, directory, screen):
        self.programs, self.directory, self.screen = programs, directory, screen
        self.answers, self.plan_text = [], None
        self.server_log = self.file("server.log")

    def file(self, name):
        return os.path.join(self.directory, name)

    def run(self):
        # Made anew each time, so that the demo tells the same story each time.
        shutil.rmtree(self.directory, ignore_errors=True)
        # The conversation holds the first password, as a client's own record would.
        os.makedirs(self.directory, mode=0o700)
        with SimulatedTenant(
                self.programs, "--record", self.file("exchanges.jsonl"), errors=self.file("tenant.log")) as tenant:
            self.tenant = tenant
            self.environment = clean_environment() | tenant.settings(SENDER)
            self.show_tenant()
            self.make_store()
            with Client(
                    [self.program, "--env-file", self.file(".env")], self.environment, errors=self.server_log,
                    answer=self.answer, progress=self.screen.step, transcript=self.file("session.jsonl")) as client:
                self.client = client
                self.show_server()
                self.create_user()
                self.create_template()
                self.send()
                self.read_resources()
                end = client.close()
            require(end == 0, f"the server ended with {end}")
            self.show_what_happened()
            self.show_mail()
            self.verify_audit()
        self.show_next_steps()

    @property
    def program(self):
        return os.path.join(self.programs, "m365-admin-mcp")

    def command(self, *words):
        """What a command of the program says."""
        end = subprocess.run(
            [self.program, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False)
        require(end.returncode == 0, f"{words[0]} ended with {end.returncode}: {end.stderr.strip()}")
        return end.stdout.strip()

    # The parts of the story

    def show_tenant(self):
        self.screen.chapter("A tenant to work on")
        tenant, users = self.tenant.state("tenant"), self.tenant.state("users")
        self.screen.say(
            f"{tenant['displayName']} ({self.tenant.domain}) is a Microsoft 365 tenant that is only pretended: a program "
            "on this machine that speaks Microsoft's protocols and refuses what Microsoft refuses. "
            f"It has {len(users)} users, and of its licences there are left:")
        self.screen.facts([
            (name, f"{self.seats_left(part)} seats") for name, part in (
                ("BusinessBasic", "O365_BUSINESS_ESSENTIALS"), ("BusinessStandard", "O365_BUSINESS_PREMIUM"),
                ("BusinessPremium", "SPB"))])
        self.seats_before = self.seats_left("O365_BUSINESS_PREMIUM")

    def seats_left(self, part):
        product = next(row for row in self.tenant.state("products") if row["skuPartNumber"] == part)
        return product["prepaidUnits"]["enabled"] - product["consumedUnits"]

    def make_store(self):
        self.screen.chapter("The server is set up and starts")
        self.command("init", "--directory", self.directory, "--templates", SEEDS)
        mode = os.stat(self.file(".env")).st_mode & 0o777
        require(mode == 0o600, f"others can read the env file (mode {mode:o})")
        with open(self.file("store.db"), "rb") as store:
            require(store.read(15) != b"SQLite format 3", "the store is not encrypted")
        self.screen.good(
            "m365-admin-mcp init made a key, an env file that only you can read, and an encrypted store with the shipped "
            "templates.")

    def show_server(self):
        server = self.client.server
        require(server["protocolVersion"] == "2025-11-25", "the server did not take the protocol's revision")
        tools = [tool["name"] for tool in self.client.request("tools/list")["tools"]]
        require({"create_user", "send_from_template", "preview_email_template"} <= set(tools), "tools are missing")
        info = server["serverInfo"]
        self.screen.good(
            f"{info['name']} {info['version']} speaks MCP {server['protocolVersion']} over its standard streams and offers "
            f"{len(tools)} tools: {', '.join(tools)}.")
        missing = self.client.call("check_permissions", {})["missing"]
        require(not missing, f"permissions are missing: {missing}")
        self.screen.good("It signed in with a certificate, and has every permission that its tools need.")

    def create_user(self):
        user = f"niamh.daly@{self.tenant.domain}"
        order = {
            "email": user, "displayName": "Niamh Daly", "firstName": "Niamh", "lastName": "Daly",
            "department": "Operations", "license": "BusinessStandard"}
        self.screen.chapter("A new colleague: first as a plan …")
        self.screen.say("create_user with dryRun: true answers what would be done, and does nothing:")
        plan = self.client.call("create_user", order | {"dryRun": True})["plan"]
        require(not any(self.counts().values()), "the dry run changed something in the tenant")
        self.show_plan(plan)
        self.screen.good("The tenant is unchanged.")

        self.screen.chapter("… then in earnest")
        made = self.client.call("create_user", order, follow=True)
        require(made["verified"] and made["mailbox"] == "ready", f"the user is not complete: {made.get('pending')}")
        self.user, self.user_id, self.password = user, made["userId"], made["password"]
        require(len(self.password) >= 16, "the password that was made is too short")
        self.screen.good(
            f"{user} exists, has the licence and a mailbox; all of it was read back from the tenant.")
        self.screen.good(
            f"A first password of {len(self.password)} characters was made and handed over once, in this result. It must "
            "be changed at the first sign-in.")
        try:
            self.client.call("create_user", order | {"email": f"sean.daly@{self.tenant.domain}", "license": "BusinessBasic"})
        except ToolFailed as failure:
            require(failure.error["code"] == "LIC_002", f"a sold-out licence was refused as {failure.error['code']}")
            self.screen.good(
                "A second one with the licence that is sold out is refused before anything is made: "
                f"{failure.error['code']}, “{failure.error['message']}”")
        else:
            raise Broken("a user was made although no seat was left")

    def show_plan(self, plan):
        self.screen.quote(plan["summary"])
        self.screen.facts([(fact["label"], fact["value"]) for fact in plan["facts"]])
        for number, call in enumerate(plan["calls"], 1):
            undo = f"undone by: {call['undo']}" if call["undo"] else "cannot be undone"
            self.screen.quote(f"{number}. {call['purpose']}  ({call['operation']}; {undo})")

    def create_template(self):
        self.screen.chapter("Wire instructions as a template")
        self.screen.say(
            "Bank details stand in the template as plain text, so that no call and no model can put others in. Here the "
            "shipped template gets those of the company:")
        with open(os.path.join(SEEDS, "wire_instructions.json"), encoding="utf-8") as file:
            seed = json.load(file)
        bodies = {}
        for kind, key in (("html", "bodyHtml"), ("txt", "bodyText")):
            with open(os.path.join(SEEDS, f"wire_instructions.{kind}"), encoding="utf-8") as file:
                text = file.read()
            for placeholder, value in BANK.items():
                value = value.replace("&", "&amp;") if kind == "html" else value
                text = text.replace(f"REPLACE BEFORE USE: {placeholder}", value)
            bodies[key] = text
        made = self.client.call("create_email_template", bodies | {
            "templateName": "Wire instructions Harbour & Finch", "subject": seed["subject"], "category": "wiring",
            "variables": seed["variables"], "description": "For payments of closings."})
        require(made["verified"], "the template was not read back")
        self.template = made["templateId"]
        self.screen.good(f"Stored as version {made['version']}, its HTML checked ({len(made['removed'])} things removed).")

        values = {name: value for name, value in VALUES.items() if name != "due_date"}
        preview = self.client.call("preview_email_template", {"templateId": self.template, "variables": values})
        require(preview["missingVariables"] == ["due_date"], "the preview did not miss the value that is missing")
        self.screen.good("A preview without the due date names what is missing: due_date.")
        preview = self.client.call("preview_email_template", {"templateId": self.template, "variables": VALUES})
        require(preview["missingVariables"] == [], "the preview misses something")
        require(BANK["XX00 0000 0000 0000 0000 00"] in preview["bodyText"], "the preview lacks the bank details")
        self.screen.say("With every value, the mail is going to read:")
        self.screen.quote("Subject: " + preview["subject"] + "\n\n" + preview["bodyText"].strip(), "36")
        self.preview = preview

    def send(self):
        order = {"templateId": self.template, "to": [PAYER], "variables": VALUES}
        self.screen.chapter("Sending bank details asks a person")
        self.screen.say(
            "send_from_template stops and shows the exact plan to the person at the client. Nothing a model writes counts "
            "as an approval. This is what the person sees, word for word:")
        self.answers = [{"action": "decline"}]
        try:
            self.client.call("send_from_template", order | {"confirm": True})
        except ToolFailed as failure:
            require(failure.error["code"] == "CONF_001", f"declining was answered with {failure.error['code']}")
        else:
            raise Broken("the mail was sent although the person declined")
        require(self.plan_text, "nobody was asked")
        self.screen.quote(self.plan_text)
        require(not self.tenant.state("sentMail") and not self.counts()["draftCreated"], "something was sent or drafted")
        self.screen.good("The person declines: CONF_001, and nothing happened in the tenant, not even a draft.")

        shown = self.plan_text
        self.answers = [{"action": "accept", "content": {"approve": True}}]
        self.screen.say("The call is made again, the same plan is shown, and now the person approves:")
        sent = self.client.call("send_from_template", order, follow=True)
        require(self.plan_text == shown, "the second plan was another one")
        require(not self.answers, "nobody was asked the second time")
        require(sent["state"] == "sent" and sent["verified"], f"the mail is {sent['state']}")
        self.message_id = sent["internetMessageId"]
        self.screen.good(f"Sent, and found again in Sent Items as {self.message_id}.")

    def answer(self, question):
        """Plays the person at the client."""
        self.plan_text = question["message"]
        return self.answers.pop(0) if self.answers else {"action": "cancel"}

    def read_resources(self):
        self.screen.chapter("Resources to read")
        health = self.client.read("m365://health")
        require(health["status"] == "healthy", f"health is {health['status']}: {health['warnings']}")
        user = self.client.read(f"m365://users/{self.user}")
        require(user["licenses"] == ["BusinessStandard"] and user["mailbox"]["state"] == "ready", "the user is incomplete")
        template = self.client.read(f"m365://templates/{self.template}")
        require(template["version"] == 1, "the template is of another version")
        database, audit = health["database"], health["audit"]
        self.screen.facts([
            ("m365://health", f"{health['status']}; signed in to {health['tenant']['name']}; SQLCipher "
             f"{database['cipherVersion']}; audit trail {audit['status']} with {audit['records']} records"),
            (f"m365://users/{self.user}", f"{user['displayName']}, {user['department']}, {', '.join(user['licenses'])}, "
             f"mailbox {user['mailbox']['state']}, time zone {user['mailbox']['timeZone']}"),
            ("m365://templates/{id}", f"“{template['templateName']}”, version {template['version']}, "
             f"{len(template['variables'])} variables"),
        ])

    def show_what_happened(self):
        self.screen.chapter("What happened in the tenant")
        self.screen.say("The tenant keeps count of every change, so nothing can have happened twice or unseen:")
        words = {
            "userCreated": "user created", "licensesAssigned": "licence assigned", "draftCreated": "draft created",
            "mailSent": "mail sent"}
        counts = {kind: count for kind, count in self.counts().items() if count}
        require(counts == {kind: 1 for kind in words}, f"the tenant counts other changes: {counts}")
        self.screen.facts([
            (effect["at"][11:19], f"{words[effect['kind']]}: {effect['target']}") for effect in self.tenant.state("effects")])
        user = next(row for row in self.tenant.state("users") if row["userPrincipalName"] == self.user)
        require(user["id"] == self.user_id and user["licenses"] == ["O365_BUSINESS_PREMIUM"], "the user is another one")
        require(user["mustChangePassword"], "the first password need not be changed")
        require(
            user["passwordSHA256"] == hashlib.sha256(self.password.encode()).hexdigest(), "the password is another one")
        left = self.seats_left("O365_BUSINESS_PREMIUM")
        require(left == self.seats_before - 1, f"{left} seats are left")
        self.screen.good(
            f"{user['displayName']} has the password that was handed over and must change it; BusinessStandard has {left} "
            f"seats left instead of {self.seats_before}.")
        early = self.tenant.state("earlyRequests")
        require(not early, f"{len(early)} requests came earlier than the tenant had asked for")

    def counts(self):
        return self.tenant.state("counts")

    def show_mail(self):
        self.screen.chapter("The mail as it was sent")
        [mail] = self.tenant.state("sentMail")
        require(mail["internetMessageId"] == self.message_id, "another mail was sent")
        require(mail["form"] == "mime", "the mail was not sent as a whole message")
        raw = mail["mime"].encode()
        with open(self.file("wire-instructions.eml"), "wb") as file:
            file.write(raw)
        message = email.message_from_bytes(raw, policy=email.policy.default)
        bodies = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        text, html = (bodies[kind].replace("\r\n", "\n") for kind in ("text/plain", "text/html"))
        require(mail["to"] == [PAYER] and not mail["cc"] and not mail["bcc"], "the mail went to somebody else")
        require(text.strip() == self.preview["bodyText"].strip(), "the text is not the one that was previewed")
        require(html.strip() == self.preview["bodyHtml"].strip(), "the HTML is not the one that was previewed")
        shape = ", ".join(f"{kind} ({len(body)} characters)" for kind, body in bodies.items())
        self.screen.facts(
            [(name, str(message[name])) for name in ("From", "To", "Subject", "Date", "x-m365admin-operation")]
            + [("Parts", f"{message.get_content_type()}: {shape}")])
        details = [line for line in text.splitlines() if line.startswith(("Beneficiary", "Bank", "IBAN", "BIC"))]
        self.screen.quote("\n".join(details), "36")
        self.screen.good("Both parts are, to the letter, what was previewed and approved.")

    def verify_audit(self):
        self.screen.chapter("The audit trail")
        self.screen.say(
            "Every change was written down before it was made, and its outcome after. Each record is chained to the one "
            "before, and m365-admin-mcp audit verify recomputes all of it:")
        verdict = self.command("audit", "verify", "--env-file", self.file(".env"))
        self.screen.quote(verdict, "36")
        export = self.file("audit.ndjson")
        self.command("audit", "export", "--out", export, "--env-file", self.file(".env"))
        with open(export, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        records = [row for row in rows if row["type"] == "record"]
        require(records and f"through {len(records)} " in verdict, "the export has another number of records")
        rows = [self.words(row) for row in records if row["body"]["kind"] != "step"]
        self.screen.facts([row for row in rows if row])
        steps = sum(row["body"]["kind"] == "step" for row in records)
        self.screen.say(f"(and {steps} records of the single steps, before and after each)")
        operations = {row["body"]["op"] for row in records}
        require(
            {"create_user", "create_email_template", "send_from_template"} <= operations,
            "the audit trail lacks an operation")
        self.find_no_secret(export)

    @staticmethod
    def words(row):
        body = row["body"]
        if body["phase"] == "intent":
            return None
        what = {"approval": "asked a person about "}.get(body["kind"], "") + body["op"]
        decision = body["detail"].get("decision")
        outcome = decision or body["status"]
        on = f" on {row['target']}" if row.get("target") else ""
        return row["timestamp"][11:19], f"{what}{on}: {outcome}" + (f" ({body['code']})" if body["code"] else "")

    def find_no_secret(self, export):
        with open(self.file(".env"), encoding="utf-8") as file:
            key = next(line.split("=", 1)[1].strip() for line in file if line.startswith("DB_ENCRYPTION_KEY="))
        secrets = [self.password.encode(), key.encode(), BANK["XX00 0000 0000 0000 0000 00"].encode()]
        for path in (export, self.server_log, self.file("store.db")):
            with open(path, "rb") as file:
                content = file.read()
            require(not any(secret in content for secret in secrets), f"{path} holds a secret in the clear")
        self.screen.good(
            "The password, the key and the account number stand in none of: the audit trail, the log, the store's file.")

    def show_next_steps(self):
        self.screen.chapter("Now you")
        self.screen.say(
            f"Everything of this session lies in {os.path.relpath(self.directory, ROOT)}: the conversation "
            "(session.jsonl), the traffic with the tenant (exchanges.jsonl), the mail (wire-instructions.eml), the audit "
            "trail (audit.ndjson), the encrypted store.")
        program = os.path.join(ROOT, ".build/release/m365-admin-mcp")
        folder = "~/.m365-admin-mcp"
        self.screen.blank()
        self.screen.say("Try it in Claude Code against the simulated tenant:")
        self.screen.command(f"claude mcp add m365-sandbox -- {os.path.join(ROOT, 'scripts/sandbox')}")
        self.screen.blank()
        self.screen.say("Use it on your own tenant (docs/setup.md tells how to register the application):")
        self.screen.command(f"{program} init --directory {folder} --templates {SEEDS}")
        self.screen.command(f"$EDITOR {folder}/.env")
        self.screen.command(f"{program} doctor --env-file {folder}/.env")
        self.screen.command(f"claude mcp add m365 -- {program} --env-file {folder}/.env")
        self.screen.blank()
        self.screen.done("The demo is complete; everything it said was checked, and nothing is left running.")


def main():
    programs, directory = (os.path.abspath(path) for path in sys.argv[1:3])
    # Told to end, it takes down what it has started, as for any other failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    demo = Demo(programs, directory, Screen())
    try:
        demo.run()
    except (Broken, ToolFailed, OSError, subprocess.TimeoutExpired) as error:
        print(f"error: the demo stopped: {error}", file=sys.stderr)
        print(f"Logs of the server and of the tenant are in {directory}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
