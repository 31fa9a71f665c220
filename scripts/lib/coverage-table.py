"""Reads llvm-cov's summary on standard input and prints lines covered by module; exit 1 below the floor."""

import json
import sys
from collections import defaultdict

FLOOR = 85.0
NOT_PRODUCT = {"TenantSimulator", "tenant-simulator", "m365-bench", "CModules"}

root = sys.argv[1] + "/"
lines = defaultdict(lambda: [0, 0])
for file in json.load(sys.stdin)["data"][0]["files"]:
    if not file["filename"].startswith(root):
        continue
    module = file["filename"][len(root):].split("/")[0]
    summary = file["summary"]["lines"]
    lines[module][0] += summary["covered"]
    lines[module][1] += summary["count"]

product = [0, 0]
for module in sorted(lines):
    covered, count = lines[module]
    if count == 0:
        continue
    note = "" if module not in NOT_PRODUCT else "  (not the product)"
    print(f"{module:20} {covered:6} of {count:6} lines  {100 * covered / count:5.1f} %{note}")
    if module not in NOT_PRODUCT:
        product[0] += covered
        product[1] += count

share = 100 * product[0] / max(1, product[1])
print(f"{'The product':20} {product[0]:6} of {product[1]:6} lines  {share:5.1f} %")
if share < FLOOR:
    sys.exit(f"coverage is below {FLOOR} %")
