"""The drill behind infra/drills/failover."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "infra/drills")]

from patroni_cluster import Cluster
from support.clients import Writers
from support.server import Platform
from support.templates import new_platform

LIMIT = 40.0


def kept(cluster: Cluster, database: str, work: Writers) -> tuple[list[str], int]:
    """Acknowledged writes that the new primary does not hold under their id, and how many it holds more than once."""
    with psycopg.connect(cluster.url("postgres", cluster.password, database)) as db:
        rows = db.execute("select name, id::text from kernel.site where name = any (%s)", [list(work.sent)]).fetchall()
    held = dict(rows)
    return [name for name, made in work.acknowledged.items() if held.get(name) != made], len(rows) - len(held)


def chains(platform: Platform) -> bool:
    return all(platform.run(*command, check=False).returncode == 0 for command in (("audit", "verify"), ("evidence", "verify")))


def drill(folder: Path, writers: int, seconds: float, rejoin: bool) -> int:
    cluster = Cluster(folder)
    platform: Platform | None = None
    try:
        began = time.monotonic()
        cluster.start()
        print(f"cluster of two nodes, synchronous, behind HAProxy    {time.monotonic() - began:6.1f} s", flush=True)
        platform = new_platform("failover", smtp_url="smtp://127.0.0.1:9", shelf=folder / "shelf", admin_url=cluster.admin_url)
        platform.start()
        account = platform.account(role="COORDINATOR")
        address = f"{platform.url}/api/v1/msps/{platform.msp_id(account.organisation)}/core/sites"
        token = platform.token(account.email, account.organisation)
        work = Writers(address, {"Authorization": f"Bearer {token}"}, {}, "name", clients=writers).start()
        work.wait_for(20)
        time.sleep(seconds)
        cluster.wait_synchronous()
        killed = time.monotonic()
        primary = cluster.kill_primary()
        # What was answered on the way down is over after a moment.
        time.sleep(0.5)
        before = len(work.acknowledged)
        work.wait_for(1, timeout=90)
        gap = time.monotonic() - killed
        time.sleep(seconds)
        work.stop()
        lost, doubled = kept(cluster, platform.database, work)
        print(f"primary {primary} killed after {before} acknowledged writes, {writers} clients that repeat what is not answered")
        print(f"first write acknowledged again after                  {gap:6.1f} s   (limit {LIMIT:.0f} s)")
        print(f"acknowledged in all {len(work.acknowledged)}, lost {len(lost)}, doubled {doubled}, refused otherwise {len(work.refused)}")
        whole = chains(platform)
        print(f"both ledgers verify: {'yes' if whole else 'NO'}")
        joined = True
        if rejoin:
            again = time.monotonic()
            joined = cluster.rejoin(primary, 60)
            print(f"the old primary follows the new one after             {time.monotonic() - again:6.1f} s" if joined else "NOT rejoined")
        return 0 if not (lost or doubled or work.refused) and gap <= LIMIT and whole and joined else 1
    finally:
        if platform is not None:
            platform.kill()
            shutil.rmtree(platform.folder, ignore_errors=True)
        cluster.stop()


def main() -> int:
    options = argparse.ArgumentParser(prog="infra/drills/failover")
    options.add_argument("--writers", type=int, default=6)
    options.add_argument("--short", action="store_true", help="less load, and the old primary does not come back")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    folder = Path(tempfile.mkdtemp(prefix="collectif-failover-"))
    folder.chmod(0o755)
    try:
        return drill(folder, given.writers, 1 if given.short else 5, rejoin=not given.short)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
