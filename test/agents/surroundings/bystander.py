"""Another program of the person: a secret in its environment, and a key agent's socket that answers with another one.
Usage: bystander.py RUNTIME_DIRECTORY SIGNATURE, with CANARY in the environment. Says so when it listens."""
import os
import socket
import sys

runtime, signature = sys.argv[1:]
os.makedirs(f'{runtime}/keyring', exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(f'{runtime}/keyring/ssh')
listener.listen()
with open(f'{runtime}/bystander.pid', 'w') as file:
    file.write(str(os.getpid()))
print('there', flush=True)
while True:
    client, _ = listener.accept()
    client.recv(4096)
    client.sendall(signature.encode())
    client.close()
