"""
Stands for a desktop on a session bus: desktop.py SOCKET NAME…. Owns the names, answers every call with “heard MEMBER”,
and prints a line for each. Speaks the D-Bus protocol by itself, as no library for it is there.
"""

import os
import socket
import struct
import sys

CALL, RETURN = 1, 2
PATH, INTERFACE, MEMBER, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE = 1, 2, 3, 5, 6, 7, 8
KINDS = {PATH: "o", INTERFACE: "s", MEMBER: "s", REPLY_SERIAL: "u", DESTINATION: "s", SIGNATURE: "g"}


def padded(data: bytes, to: int) -> bytes:
    return data + b"\0" * (-len(data) % to)


def string(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode() + b"\0"


def message(kind: int, serial: int, fields: dict, body: bytes) -> bytes:
    array = b""
    for code, value in fields.items():
        of = KINDS[code]
        array = padded(array, 8) + bytes([code, 1]) + of.encode() + b"\0"
        if of == "u":
            array = padded(array, 4) + struct.pack("<I", value)
        elif of == "g":
            array += bytes([len(value)]) + value.encode() + b"\0"
        else:
            array = padded(array, 4) + string(value)
    head = b"l" + bytes([kind, 0 if kind == CALL else 1, 1]) + struct.pack("<III", len(body), serial, len(array))
    return padded(head + array, 8) + body


def fields_of(array: bytes) -> dict:
    found, at = {}, 0
    while at < len(array):
        at += -at % 8
        code, of = array[at], chr(array[at + 2])
        at += 4
        if of == "g":
            found[code] = array[at + 1 : at + 1 + array[at]].decode()
            at += array[at] + 2
            continue
        at += -at % 4
        (value,) = struct.unpack_from("<I", array, at)
        found[code] = value if of == "u" else array[at + 4 : at + 4 + value].decode()
        at += 4 if of == "u" else value + 5
    return found


class Bus:
    def __init__(self, path: str) -> None:
        self.serial = 0
        self.wire = socket.socket(socket.AF_UNIX)
        self.wire.connect(path)
        self.wire.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        self.wire.recv(1000)
        self.wire.sendall(b"BEGIN\r\n")

    def send(self, kind: int, fields: dict, body: bytes = b"") -> None:
        self.serial += 1
        self.wire.sendall(message(kind, self.serial, fields, body))

    def ask(self, member: str, signature: str = "", body: bytes = b"") -> None:
        driver = "org.freedesktop.DBus"
        fields = {PATH: "/org/freedesktop/DBus", INTERFACE: driver, MEMBER: member, DESTINATION: driver}
        self.send(CALL, {**fields, SIGNATURE: signature} if signature else fields, body)

    def exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.wire.recv(count - len(data))
            if not more:
                sys.exit(0)
            data += more
        return data

    def next(self) -> tuple:
        head = self.exactly(16)
        body, serial, length = struct.unpack("<III", head[4:])
        fields = fields_of(self.exactly(length + -length % 8)[:length])
        self.exactly(body)
        return head[1], serial, fields


bus = Bus(sys.argv[1])
bus.ask("Hello")
for name in sys.argv[2:]:
    bus.ask("RequestName", "su", padded(string(name), 4) + struct.pack("<I", 0))
while True:
    kind, serial, fields = bus.next()
    if kind == RETURN and fields[REPLY_SERIAL] == 1 + len(sys.argv[2:]):
        print("ready", flush=True)
    if kind == CALL:
        print(fields[MEMBER], flush=True)
        bus.send(RETURN, {REPLY_SERIAL: serial, DESTINATION: fields[SENDER], SIGNATURE: "s"}, string("heard " + fields[MEMBER]))
