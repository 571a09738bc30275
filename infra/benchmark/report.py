"""One line per figure, with its target; the machine and the settings that it was taken on."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path


class Report:
    """Prints as it goes and keeps the same lines for the file."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.missed = 0

    def say(self, line: str) -> None:
        print(line, flush=True)
        self.lines.append(line)

    def figure(self, name: str, value: float, target: float, *, at_least: bool = False, unit: str = "", detail: str = "") -> None:
        held = value >= target if at_least else value <= target
        self.missed += not held
        sign = "≥" if at_least else "≤"
        line = f"{'pass' if held else 'MISS'}  {name}: {value:.2f}{unit} (target {sign} {target:g}{unit})"
        self.say(f"{line} — {detail}" if detail else line)

    def write(self, path: Path) -> None:
        path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def machine() -> list[str]:
    """What the figures depend on."""
    model = next((line.split(":")[1].strip() for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")), "unknown")
    memory = next((int(line.split()[1]) // 1024 for line in _read("/proc/meminfo").splitlines() if line.startswith("MemTotal")), 0)
    return [
        f"date      {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
        f"machine   {os.cpu_count()} cores, {model}, {memory} MB, {platform.system()} {platform.release()}",
        f"programs  {_first_line('postgres', '--version')}; {_first_line('swift', '--version')}; {_first_line('wrk', '-v')}",
    ]


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout or done.stderr).strip().splitlines()[0].split(" [")[0]
