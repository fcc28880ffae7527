"""Serves Unix sockets: local-peers.py [stream:NAME | datagram:NAME]… An @ begins an abstract name. Prints `ready`."""

import os
import socket
import sys
import threading

ANSWER = b"ringfence-scripted-peer\n"


def bound(kind: str, name: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM if kind == "stream" else socket.SOCK_DGRAM)
    if name.startswith("@"):
        made.bind(b"\0" + name[1:].encode())
        return made
    os.makedirs(os.path.dirname(name), exist_ok=True)
    if os.path.exists(name):
        os.unlink(name)
    made.bind(name)
    os.chmod(name, 0o666)
    return made


def serve(kind: str, server: socket.socket) -> None:
    if kind == "stream":
        server.listen()
    while True:
        if kind == "datagram":
            server.recv(100)
            continue
        connection, _ = server.accept()
        with connection:
            if connection.recv(100):
                connection.sendall(ANSWER)


for word in sys.argv[1:]:
    kind, name = word.split(":", 1)
    threading.Thread(target=serve, args=(kind, bound(kind, name)), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
