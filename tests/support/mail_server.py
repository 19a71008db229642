# A mail server on loopback for tests: aiosmtpd of Debian, with STARTTLS and a log-in. What it takes lies in the folder as
# one JSON file a letter; how it behaves, stands in its file `mood` at each letter: take, later, never, hang.
import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder = sys.argv[1]
settings = json.loads(sys.argv[2])


def mood():
    with open(os.path.join(folder, "mood")) as file:
        return file.read().strip()


class Handler:
    taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mood() == "never":
            return "550 5.7.1 not here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        now = mood()
        if now == "hang":
            await asyncio.sleep(3600)
        if now == "later":
            return "451 4.3.0 try again"
        self.taken += 1
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("ascii"),
            "headers": {name: str(value) for name, value in parsed.items()},
            "text": parsed.get_content(),
            "defects": [str(defect) for defect in parsed.defects],
            "tls": server.transport.get_extra_info("cipher") is not None,
            "user": (session.auth_data or b"").decode() if settings["user"] else "",
        }
        part = os.path.join(folder, f"part-{self.taken}")
        with open(part, "w") as file:
            json.dump(letter, file)
        os.rename(part, os.path.join(folder, f"letter-{self.taken:04}"))
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login.decode() == settings["user"] and data.password.decode() == settings["password"]
    return AuthResult(success=right, handled=False, auth_data=data.login if right else None)


async def main():
    context = None
    if settings["certificate"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings["certificate"], settings["key"])
    handler = Handler()
    implicit = settings["implicit"]

    def factory():
        return SMTP(
            handler,
            hostname="localhost",
            enable_SMTPUTF8=False,
            tls_context=None if implicit else context,
            require_starttls=bool(context) and not implicit,
            authenticator=authenticate if settings["user"] else None,
            auth_required=bool(settings["user"]),
            auth_require_tls=not implicit,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
