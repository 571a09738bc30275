"""Programs that write all the time, as honest clients do: what was not answered is sent again under the same key."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import requests


class Writers:
    """Several clients that create records until `stop`. `acknowledged` holds what the server said it kept."""

    def __init__(self, address: str, headers: dict[str, str], body: dict[str, Any], field: str, *, clients: int = 4) -> None:
        self._address, self._headers, self._body, self._field = address, headers, body, field
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self.acknowledged: dict[str, str] = {}  # text of the record → its id
        self.sent: set[str] = set()
        self.refused: list[str] = []
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in range(clients)]

    def start(self) -> Writers:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Ends after each client got an answer to what it had sent."""
        self._ending.set()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a client is still waiting for an answer"

    def wait_for(self, more: int, *, timeout: float = 30) -> None:
        """Until that many more writes are acknowledged."""
        wanted, end = len(self.acknowledged) + more, time.monotonic() + timeout
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < end, f"{len(self.acknowledged)} of {wanted} writes after {timeout} s; refused: {self.refused[-3:]}"
            time.sleep(0.02)

    def _run(self, client: int) -> None:
        turn = 0
        while not self._ending.is_set():
            turn += 1
            text = f"Écriture {client}-{turn}-{uuid.uuid4().hex[:8]}"
            with self._lock:
                self.sent.add(text)
            self._send(text, f'"{uuid.uuid4()}"')

    def _send(self, text: str, key: str) -> None:
        while True:
            try:
                answer = requests.post(
                    self._address, json=self._body | {self._field: text}, headers=self._headers | {"Idempotency-Key": key}, timeout=20
                )
            except requests.RequestException:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                with self._lock:
                    self.acknowledged[text] = answer.json()["id"]
                return
            # Unavailable is said in words and may be tried again; anything else is a fault of ours.
            if answer.status_code not in (503, 409):
                with self._lock:
                    self.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return
            time.sleep(0.05)
