"""Runs a command and prints how many seconds it took and the most MiB of memory that it had."""

import resource
import subprocess
import sys
import time

start = time.perf_counter()
status = subprocess.call(sys.argv[1:], stdout=sys.stderr)
seconds = time.perf_counter() - start
if status:
    sys.exit(status)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"{seconds:.3f} {peak / (2**20 if sys.platform == 'darwin' else 2**10):.1f}")
