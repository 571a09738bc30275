"""The door and row-level security against the floor: the same list by PostgreSQL alone, without either.

The comparison of the server with pgbench runs the server's own SQL, so that slow SQL would flatter it. The floor is `begin`, the list
and `commit` as a superuser, whom no policy concerns. Time is that of one connection, in turns: what it waits for is the processor."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

from support import cluster
from support.server import Account, Platform

from benchmark import capture
from benchmark.load import pgbench
from benchmark.report import Report


def door(report: Report, platform: Platform, person: Account, server: cluster.Cluster, folder: Path, seconds: int, rounds: int) -> None:
    """Microseconds of each part, the median of rounds in turn, and their spread."""
    msp = platform.msp_id(person.organisation)
    address = f"{platform.url}/api/v1/msps/{msp}/facilitation/meetings?limit=20"
    log = server.folder / "postgres.log"
    token = capture.statements_of(platform, address, {"Authorization": f"Bearer {platform.token(person.email, person.organisation)}"}, log)
    platform.start()
    cookie = "; ".join(f"{c.name}={c.value}" for c in platform.sign_in(person).cookies)
    platform.stop()
    session = capture.statements_of(platform, address, {"Cookie": cookie}, log)
    entering = re.compile(r"kernel\.admit_", re.IGNORECASE)

    def without(statements: list[capture.Statement], *, door: bool, rows: bool) -> list[capture.Statement]:
        """Begin and commit, with the door or not, with what comes between or not."""
        inner = [s for s in statements[1:-1] if (door if entering.search(s[0]) else rows)]
        return [statements[0], *inner, statements[-1]]

    owner, role = platform.admin_url, platform.environment["COLLECTIF_DATABASE_URL"]
    parts = {
        "empty": (role, without(session, door=False, rows=False)), "door": (role, without(session, door=True, rows=False)),
        "token": (role, without(token, door=True, rows=False)), "floor": (owner, without(session, door=False, rows=True)),
        "whole": (role, session),
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(max(rounds, 3)):
        for name, (url, statements) in parts.items():
            text, values = capture.script(statements)
            script = folder / f"door-{name}.pgbench"
            script.write_text(text, encoding="utf-8")
            times[name].append(1e6 / pgbench(url, script, values, seconds=max(2, seconds // 3), connections=1))
    middle = {name: statistics.median(found) for name, found in times.items()}
    spread = ", ".join(f"{name} {min(found):.0f}–{max(found):.0f}" for name, found in times.items())
    report.say(f"door      µs of one connection: {', '.join(f'{n} {t:.0f}' for n, t in middle.items())} (spread {spread})")
    beyond, by_token = ((middle[name] - middle["empty"]) / 1_000 for name in ("door", "token"))
    report.figure("door beyond an empty transaction", beyond, 0.10, unit=" ms", detail=f"with a personal token {by_token:.2f} ms")
    share = middle["floor"] / middle["whole"]
    report.figure("floor / door and list", share, 0.60, at_least=True, detail=f"{middle['floor']:.0f} / {middle['whole']:.0f} µs")
