"""
Serves Unix sockets, all of the user dev: local-peers.py [KIND:NAME]… An @ begins an abstract name, in which \\x00 is a NUL.
KIND: stream and sequence answer, datagram listens, giver hands over a connection to PASSED, opener
hands over what it is told to open. Prints `ready`.
"""

import os
import socket
import sys
import threading

ANSWER = b"ringfence-scripted-peer\n"
PASSED = "/run/systemd/journal/stdout"
TYPES = {"datagram": socket.SOCK_DGRAM, "sequence": socket.SOCK_SEQPACKET}
DEV = 1000


def make_directory(path: str) -> None:
    if not os.path.isdir(path):
        make_directory(os.path.dirname(path))
        os.mkdir(path)
        os.chown(path, DEV, DEV)


def bound(kind: str, name: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, TYPES.get(kind, socket.SOCK_STREAM))
    if name.startswith("@"):
        made.bind(b"\0" + name[1:].encode().replace(b"\\x00", b"\0"))
        return made
    make_directory(os.path.dirname(name))
    if os.path.lexists(name):
        os.unlink(name)
    made.bind(name)
    os.chmod(name, 0o666)
    os.chown(name, DEV, DEV)
    return made


def give(connection: socket.socket) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as passed:
        passed.connect(PASSED)
        socket.send_fds(connection, [b"x"], [passed.fileno()])


def open_for(connection: socket.socket, path: bytes) -> None:
    opened = os.open(path, os.O_RDONLY)
    socket.send_fds(connection, [b"x"], [opened])
    os.close(opened)


def serve(kind: str, server: socket.socket) -> None:
    if kind != "datagram":
        server.listen()
    while True:
        if kind == "datagram":
            server.recv(100)
            continue
        connection, _ = server.accept()
        with connection:
            said = connection.recv(200)
            if not said:
                continue
            if kind == "opener":
                open_for(connection, said)
            elif kind == "giver":
                give(connection)
            else:
                connection.sendall(ANSWER)


for word in sys.argv[1:]:
    kind, name = word.split(":", 1)
    threading.Thread(target=serve, args=(kind, bound(kind, name)), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
