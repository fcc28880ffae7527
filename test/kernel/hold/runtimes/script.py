"""What a Python program does that is held in threads, children, exec and connect. PLACE as argument; JSON out."""

import asyncio
import errno
import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

place = sys.argv[1]
results = {}


def settled(name, deed):
    try:
        results[name] = deed()
    except OSError as error:
        results[name] = errno.errorcode[error.errno]


def read(name):
    with open(os.path.join(place, name), encoding="utf-8") as file:
        return file.read()


def make(name):
    with open(os.path.join(place, name), "x", encoding="utf-8") as file:
        file.write("made")


def output(*words):
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    said = "EPERM" if "not permitted" in ended.stderr else ""
    return ("ok " if ended.returncode == 0 else f"status {ended.returncode} ") + ended.stdout + said


async def output_later(*words):
    child = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    stdout, _ = await child.communicate()
    return f"ok {stdout.decode()}" if child.returncode == 0 else f"status {child.returncode}"


def connected(port):
    with socket.create_connection(("127.0.0.1", port), timeout=20):
        return "connected"


def path(name):
    return os.path.join(place, name)


with ThreadPoolExecutor(4) as pool:
    list(
        pool.map(
            lambda name: settled(f"pool {name}", lambda: read(name)),
            ["allow-1", "deny-1", "allow-2", "deny-2"],
        )
    )
settled("main allow-3", lambda: read("allow-3"))
settled("main deny-3", lambda: read("deny-3"))
settled("new allow-new", lambda: make("allow-new"))
settled("new deny-new", lambda: make("deny-new"))
settled("child allow-4", lambda: output("/bin/cat", path("allow-4")))
settled("child deny-4", lambda: output("/bin/cat", path("deny-4")))
settled("exec allow-program", lambda: output(path("allow-program")))
settled("exec deny-program", lambda: output(path("deny-program")))
settled("exec later allow-program", lambda: asyncio.run(output_later(path("allow-program"))))
settled("connect 7001", lambda: connected(7001))
settled("connect 7002", lambda: connected(7002))
print(json.dumps(results))
