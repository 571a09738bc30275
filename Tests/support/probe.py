"""Looks at a server from a process of its own, so that what the test does with its threads is not taken for the server's slowness.

    python -m support.probe URL COOKIE PATH…    until a line, or the end, of standard input; then one JSON document
"""

from __future__ import annotations

import http.client
import json
import os
import select
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Seen:
    """What a probe met: milliseconds per answer and what was not an answer 200, by path."""

    times: dict[str, list[float]]
    faults: dict[str, list[str]]

    def p99(self, path: str) -> float:
        return statistics.quantiles(self.times[path], n=100, method="inclusive")[98]

    def worst(self) -> float:
        return max(max(times) for times in self.times.values())


class Probe:
    """A running probe, in a `with`; `seen` afterwards."""

    seen: Seen

    def __init__(self, url: str, cookie: str, paths: list[str]) -> None:
        self._arguments = [sys.executable, "-m", "support.probe", url, cookie, *paths]

    def __enter__(self) -> Probe:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        self._process = subprocess.Popen(self._arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        out, _ = self._process.communicate("stop\n", timeout=90)
        self.seen = Seen(**json.loads(out))


def main(url: str, cookie: str, paths: list[str]) -> None:
    place = urlsplit(url)
    times: dict[str, list[float]] = {path: [] for path in paths}
    faults: dict[str, list[str]] = {path: [] for path in paths}
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.03)[0]:
        for path in paths:
            begun = time.perf_counter()
            connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
            try:
                connection.request("GET", path, headers={"Cookie": cookie})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    faults[path].append(str(answer.status))
            except OSError as error:
                faults[path].append(type(error).__name__)
            finally:
                connection.close()
            times[path].append((time.perf_counter() - begun) * 1_000)
    print(json.dumps({"times": times, "faults": faults}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
