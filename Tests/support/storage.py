"""An object storage of S3's kind on the loopback, and what a platform must know of it."""

from __future__ import annotations

import subprocess
import sys
import time

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

    @property
    def environment(self) -> dict[str, str]:
        """What rclone reads of its remote « s3 »."""
        return {
            "RCLONE_CONFIG_S3_TYPE": "s3", "RCLONE_CONFIG_S3_PROVIDER": "Other", "RCLONE_CONFIG_S3_ENDPOINT": self.url,
            "RCLONE_CONFIG_S3_ACCESS_KEY_ID": "key", "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": "secret", "RCLONE_CONFIG": "/dev/null",
        }  # fmt: skip

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
