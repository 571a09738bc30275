"""wrk and pgbench, and what their reports say."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}

# Each thread asks random paths of a list, in its own random order. Optional think time with an exponential law.
LUA = """
local paths = {}
for line in io.lines("%(paths)s") do paths[#paths + 1] = line end
local count = 0
function setup(thread) count = count + 1; thread:set("seed", count) end
function init(args) math.randomseed(seed * 7919 + os.time()) end
%(delay)s
function request() return wrk.format("GET", paths[math.random(#paths)], %(headers)s) end
function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("RESULT %%d %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw; times in milliseconds."""

    rate: float
    median: float
    p99: float
    requests: int


def wrk(url: str, paths: list[str], headers: dict[str, str], folder: Path, *, seconds: int, connections: int, think: float = 0) -> Load:
    """Random GETs over `paths`. `think`: mean pause of each connection before a request, in milliseconds."""
    (folder / "paths.txt").write_text("\n".join(paths) + "\n", encoding="utf-8")
    delay = f"function delay() return math.floor(-{think} * math.log(1 - math.random()) + 0.5) end" if think else ""
    table = "{" + ", ".join(f'["{k}"] = "{v}"' for k, v in headers.items()) + "}"
    (folder / "wrk.lua").write_text(LUA % {"paths": folder / "paths.txt", "delay": delay, "headers": table}, encoding="utf-8")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", str(folder / "wrk.lua"), url]
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise RuntimeError(f"wrk failed:\n{done.stdout}\n{done.stderr}")
    requests, microseconds, p50, p99, refused, broken = (int(g) for g in found.groups())
    if refused or broken or not requests:
        raise RuntimeError(f"{refused} answers were not 2xx and {broken} requests broke, of {requests}: the figure would mean nothing")
    return Load(rate=requests / microseconds * 1e6, median=p50 / 1000, p99=p99 / 1000, requests=requests)


def at_rate(url: str, paths: list[str], headers: dict[str, str], folder: Path, *, rate: float, seconds: int) -> Load:
    """Requests at about `rate` a second.

    wrk keeps no rate of its own, so 200 connections pause between two requests, at random, long enough to make that rate.
    A stall shorter than the mean pause is then met by as many requests as if they came from independent people; the
    measured time does not include the pause. The pause is corrected by what short runs achieve.
    """
    connections = 200
    think = connections / rate * 1000
    for _ in range(3):
        trial = wrk(url, paths, headers, folder, seconds=3, connections=connections, think=think)
        think *= trial.rate / rate
        if abs(trial.rate / rate - 1) < 0.03:
            break
    return wrk(url, paths, headers, folder, seconds=seconds, connections=connections, think=think)


def pgbench(server_url: str, script: Path, options: list[str], *, seconds: int, connections: int) -> float:
    """Transactions a second, each the whole pipeline, on prepared statements."""
    parts = urlsplit(server_url)
    environment = os.environ | {"PGPASSWORD": parts.password or ""}
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", str(seconds), "-f", str(script), *options]
    command += ["-h", parts.hostname or "", "-p", str(parts.port), "-U", parts.username or "", parts.path.strip("/")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    if found is None or done.returncode != 0 or (failed and failed.group(1) != "0"):
        raise RuntimeError(f"pgbench failed:\n{done.stdout}\n{done.stderr[-2000:]}")
    return float(found.group(1))
