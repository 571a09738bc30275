"""All the figures, in the order in which they need each other."""

from __future__ import annotations

import argparse
import signal
import socket
import statistics
import sys
import time
from pathlib import Path

from support import cluster
from support.server import Account, Platform

from benchmark import capture, data
from benchmark.budget import cockpit, recompute
from benchmark.door import door
from benchmark.load import at_rate, pgbench, wrk
from benchmark.report import Report, machine
from benchmark.simulations import simulations

CONNECTIONS = 16
LIST = "/api/v1/msps/{id}/facilitation/meetings?limit=20"
PAGE = "/m/{slug}/equipe/reunions?per_page=20"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    seconds, rounds, share = (3, 1, 0.1) if options.quick else (10, 5, 1.0)
    report = Report()
    for line in machine():
        report.say(line)
    simulations(report, options.folder, count=5_000 if options.quick else 20_000, rounds=5)
    server = cluster.Cluster(options.folder / "cluster", fast=False)
    server.start()
    try:
        report.say(f"settings  {data.settings(server.admin_url)}")
        small, person, rows = data.prepare("bench_28", 28, options.folder / "small", server.admin_url, share=share)
        report.say(f"data      28 MSPs, {rows} rows of tenants")
        door(report, small, person, server, options.folder, seconds, rounds)
        speed(report, small, person, server, options.folder, seconds, rounds)
        memory(report, small, person, options.folder, 20_000 if options.quick else 200_000)
        start_time(report, small)
        cockpit(report, small, count=100 if options.quick else 500)
        large, person_large, rows = data.prepare("bench_2800", 2800, options.folder / "large", server.admin_url, share=share)
        report.say(f"data      2 800 MSPs, {rows} rows of tenants")
        recompute(report, large)
        growth(report, [(small, person), (large, person_large)], options.folder, seconds, rounds)
    finally:
        server.stop()
        report.write(options.report)
    return 1 if report.missed else 0


def signed_in(platform: Platform, person: Account) -> dict[str, str]:
    """The header of a person's open session."""
    cookies = platform.sign_in(person).cookies
    return {"Cookie": "; ".join(f"{c.name}={c.value}" for c in cookies)}


def speed(report: Report, platform: Platform, person: Account, server: cluster.Cluster, folder: Path, seconds: int, rounds: int) -> None:
    """JSON and HTML against pgbench, in turns, so that a slow moment of the machine strikes all three."""
    msp_id, slug = platform.msp_id(person.organisation), person.organisation
    token = {"Authorization": f"Bearer {platform.token(person.email, slug)}"}
    api, page = LIST.format(id=msp_id), PAGE.format(slug=slug)
    before = data.settings(server.admin_url)
    statements = capture.statements_of(platform, platform.url + api, token, server.folder / "postgres.log")
    text, values = capture.script(statements)
    script = folder / "list.pgbench"
    script.write_text(text, encoding="utf-8")
    platform.start()
    cookie = signed_in(platform, person)
    wrk(platform.url, [api], token, folder, seconds=3, connections=CONNECTIONS)
    with platform.admin() as admin:
        row = admin.execute(
            "select count(*) from pg_stat_activity where datname = %s and usename = 'collectif_server'", [platform.database]
        ).fetchone()
    connections = row[0] if row else 8
    report.say(f"pipeline  {len(statements)} statements, {connections} connections to the database, {CONNECTIONS} to the server")
    url = platform.environment["COLLECTIF_DATABASE_URL"]
    base, json_rates, html_rates = [], [], []
    for _ in range(rounds):
        base.append(pgbench(url, script, values, seconds=seconds, connections=connections))
        json_rates.append(wrk(platform.url, [api], token, folder, seconds=seconds, connections=CONNECTIONS).rate)
        html_rates.append(wrk(platform.url, [page], cookie, folder, seconds=seconds, connections=CONNECTIONS).rate)
    b, j, h = (statistics.median(r) for r in (base, json_rates, html_rates))
    assert data.settings(server.admin_url) == before, "the settings of PostgreSQL changed during the run"
    report.figure("JSON list of 20 meetings / pgbench", j / b, 0.40, at_least=True, detail=f"{j:.0f} / {b:.0f} a second")
    report.figure("HTML list page of 20 rows / pgbench", h / b, 0.25, at_least=True, detail=f"{h:.0f} / {b:.0f} a second")
    for name, path, headers, rate in (("JSON list", api, token, j), ("HTML page", page, cookie, h)):
        load = at_rate(platform.url, [path], headers, folder, rate=rate / 2, seconds=seconds * 2)
        report.figure(
            f"p99 of the {name} at half of the maximum rate", load.p99, 20, unit=" ms",
            detail=f"{load.rate:.0f} a second, wished {rate / 2:.0f}; median {load.median:.2f} ms",
        )  # fmt: skip
    platform.stop()


def memory(report: Report, platform: Platform, person: Account, folder: Path, wished: int) -> None:
    """Resident memory of the server after that many requests, half of them pages."""
    platform.start()
    headers = signed_in(platform, person)
    paths = [LIST.format(id=platform.msp_id(person.organisation)), PAGE.format(slug=person.organisation)]
    done = 0
    while done < wished:
        done += wrk(platform.url, paths, headers, folder, seconds=5, connections=CONNECTIONS).requests
    assert platform.process is not None
    status = Path(f"/proc/{platform.process.pid}/status").read_text(encoding="utf-8")
    resident = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    report.figure(f"memory after {wished} requests", resident, 120, unit=" MB", detail=f"{done} requests, half of them pages")
    platform.stop()


def start_time(report: Report, platform: Platform) -> None:
    """From the start of the process to the first positive answer of /health/ready, on a migrated database."""
    times = []
    for _ in range(7):
        begun = time.perf_counter()
        platform.launch()
        while not ready(platform.port):
            if time.perf_counter() - begun > 30:
                raise RuntimeError("the server was not ready after 30 seconds")
            time.sleep(0.002)
        times.append(time.perf_counter() - begun)
        platform.stop()
    report.figure("start to ready", statistics.median(times), 0.5, unit=" s", detail=f"median of 7, worst {max(times):.2f} s")


def ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def growth(report: Report, platforms: list[tuple[Platform, Account]], folder: Path, seconds: int, rounds: int) -> None:
    """The same list, of MSPs taken at random, on the small and on the large database, in turns."""
    medians: list[list[float]] = [[], []]
    runs = []
    for platform, person in platforms:
        platform.start()
        cookie = signed_in(platform, person)
        data.coordinate_all(platform, person)
        runs.append((platform.url, [LIST.format(id=i) for i, _ in data.msps(platform)], cookie))
        wrk(*runs[-1], folder, seconds=seconds, connections=4)
    for _ in range(rounds):
        for index, run in enumerate(runs):
            medians[index].append(wrk(*run, folder, seconds=seconds, connections=4).median)
    few, many = (statistics.median(m) for m in medians)
    counts = [len(paths) for _, paths, _ in runs]
    report.figure(
        "median time with 2 800 MSPs and 5 million rows / with 28", many / few, 1.2,
        detail=f"{many:.2f} / {few:.2f} ms, over {counts[1]} and {counts[0]} MSPs, 4 connections",
    )  # fmt: skip
    for platform, _ in platforms:
        platform.stop()


if __name__ == "__main__":
    sys.exit(main())
