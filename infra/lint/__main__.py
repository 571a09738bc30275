"""Rules that the compiler does not hold: who may import whom, trusted SQL in one place, files that stay readable.

Run from anywhere: python3 infra/lint. Prints one line per fault and ends with a status other than zero when there is one.
« --land » first adds new migrations to the list of those that never change again.
"""

import sys
from pathlib import Path

import acts
import distribution
import excerpts
import gallery
import imports
import landed
import length
import modules
import statements

root = Path(__file__).resolve().parents[2]
if sys.argv[1:] == ["--land"]:
    print(f"lint: {landed.land(root)} migrations landed")
RULES = (imports, modules, statements, acts, distribution, landed, length, gallery, excerpts)
faults = [fault for rule in RULES for fault in rule.faults(root)]
for fault in faults:
    print(fault)
print(f"lint: {len(faults)} fault{'s' if len(faults) != 1 else ''}")
sys.exit(1 if faults else 0)
