"""ACI simulations: from JSON to JSON through the command, as for a whole region."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from support.server import BINARY
from support.structures import varied

from benchmark.report import Report


def simulations(report: Report, folder: Path, *, count: int, rounds: int) -> None:
    """The whole process on one core: reading the file, the rules, the simulations with their explanations, writing the answer."""
    file, answers = folder / "structures.json", folder / "simulations.json"
    file.write_text(json.dumps(varied(count)), encoding="utf-8")
    core = str(min(os.sched_getaffinity(0)))
    pinned = ["taskset", "-c", core] if shutil.which("taskset") else []
    rates = []
    for _ in range(rounds):
        begun = time.perf_counter()
        with answers.open("wb") as output:
            subprocess.run([*pinned, str(BINARY), "aci", "simulate", "--input", str(file)], stdout=output, check=True)
        rates.append(count / (time.perf_counter() - begun))
        if len(json.loads(answers.read_bytes())) != count:
            raise RuntimeError("the command did not answer every structure: the figure would mean nothing")
    sizes = f"{file.stat().st_size / count:.0f} bytes in, {answers.stat().st_size / count:.0f} out each"
    detail = f"median of {rounds}, worst {min(rates):.0f}; {count} varied structures, every field, {sizes}"
    rate = statistics.median(rates)
    report.figure("aci simulations per second on one core", rate, 10_000, at_least=True, detail=detail + ("" if pinned else ", not pinned"))
