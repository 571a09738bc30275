"""An object storage of S3's kind on the loopback, and what a platform must know of it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import requests

from support.mail import free_port

BUCKET = "files"


class ObjectStorage:
    """moto's server: it keeps what it is given in memory, takes any key, and dies when the test says so."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> ObjectStorage:
        command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while True:
            try:
                requests.put(f"{self.url}/{BUCKET}", timeout=5).raise_for_status()
                return self
            except requests.ConnectionError:
                assert time.monotonic() < end and self.process.poll() is None, "moto did not start"
                time.sleep(0.2)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)
            self.process = None

    def configuration(self, folder: Path) -> Path:
        """A file of rclone with the remote « s3 »."""
        file = folder / "rclone.conf"
        lines = ["[s3]", "type = s3", "provider = Other", f"endpoint = {self.url}", "access_key_id = key", "secret_access_key = secret"]
        file.write_text("\n".join(lines) + "\n")
        return file

    def keys(self) -> set[str]:
        listed = requests.get(f"{self.url}/{BUCKET}?list-type=2&max-keys=1000", timeout=10).text
        return {part.split("</Key>")[0] for part in listed.split("<Key>")[1:]}

    # Whoever signs may do anything; nobody else may read.
    SIGNED = {"Authorization": "AWS key:signature"}

    def write(self, key: str, content: bytes) -> None:
        requests.put(f"{self.url}/{BUCKET}/{key}", data=content, headers=self.SIGNED, timeout=10).raise_for_status()

    def read(self, key: str) -> bytes:
        answer = requests.get(f"{self.url}/{BUCKET}/{key}", headers=self.SIGNED, timeout=10)
        answer.raise_for_status()
        return answer.content
