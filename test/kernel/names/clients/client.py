# SPDX-License-Identifier: Apache-2.0
"""client.py PORT FILE: as client.c, by socket.create_connection."""
import socket
import sys

port, file = int(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
done = refused = other = 0
for name in open(file).read().split():
    try:
        socket.create_connection((name, port), timeout=20).close()
        done += 1
    except PermissionError:
        refused += 1
    except OSError:
        other += 1
print(f"done {done} refused {refused} other {other}", flush=True)
sys.stdin.read()
