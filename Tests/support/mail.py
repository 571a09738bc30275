"""A real SMTP server on the loopback that keeps what it receives and can be told to fail."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """`messages` grows as mails arrive. `refuse_next` makes the server answer with that SMTP reply, once per mail; `pause` slows it."""

    # Seconds that it takes to accept a mail.
    pause = 0.0

    def __init__(self, port: int = 0) -> None:
        self._lock = threading.Lock()
        self._messages: list[EmailMessage] = []
        self._refusals: list[str] = []
        self._refused: dict[str, str] = {}
        self._port = port
        self._controller: Controller | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (name given by aiosmtpd)
        await asyncio.sleep(self.pause)
        with self._lock:
            if self._refusals:
                return self._refusals.pop(0)
            message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
            message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
            self._messages.append(message)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (name given by aiosmtpd)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        with self._lock:
            if address in self._refused:
                return self._refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def start(self) -> MailServer:
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port or free_port())
        self._controller.start()
        self._port = self._controller.port
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    @property
    def messages(self) -> list[EmailMessage]:
        with self._lock:
            return list(self._messages)

    def clear(self) -> None:
        with self._lock:
            self._messages.clear()

    def refuse_next(self, *replies: str) -> None:
        """As `refuse_next("451 later", "550 no such user")`."""
        with self._lock:
            self._refusals.extend(replies)

    def refuse(self, address: str, reply: str = "550 5.1.1 no such user") -> None:
        """Refuses that recipient from now on."""
        with self._lock:
            self._refused[address] = reply

    def accept(self, address: str) -> None:
        """Takes that recipient again."""
        with self._lock:
            self._refused.pop(address, None)

    def wait_for(self, matches: Callable[[EmailMessage], bool], *, count: int = 1, timeout: float = 20) -> list[EmailMessage]:
        """The mails that match, once there are at least `count`; an error that lists the subjects seen otherwise."""
        end = time.monotonic() + timeout
        while True:
            found = [m for m in self.messages if matches(m)]
            if len(found) >= count:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"{len(found)} of {count} mails after {timeout} s; seen: {[m['Subject'] for m in self.messages]}")
            time.sleep(0.1)

    def to(self, address: str, *, count: int = 1, timeout: float = 20) -> list[EmailMessage]:
        return self.wait_for(lambda m: address in str(m["X-Envelope-To"]), count=count, timeout=timeout)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body is not None else ""


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
