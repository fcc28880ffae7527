# Sockets, shared memory and processes of one's own that speak to each other.
# needs: python3
cat >talk.py <<'P'
import multiprocessing, multiprocessing.shared_memory, os, socket, threading
def served(address):
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    def serve():
        client, _ = server.accept()
        client.sendall(client.recv(100).upper())
    threading.Thread(target=serve).start()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        client.sendall(b'hello')
        return client.recv(100)
print(served('own.sock'), served('\0benign-own'))
one, other = socket.socketpair()
socket.send_fds(one, [b'x'], [os.open('talk.py', os.O_RDONLY)])
print(len(socket.recv_fds(other, 1, 1)[1]))
def square(n): return n * n
if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool: print(pool.map(square, range(4)))
    memory = multiprocessing.shared_memory.SharedMemory(create=True, size=16)
    memory.buf[:2] = b'ok'; print(bytes(memory.buf[:2])); memory.close(); memory.unlink()
P
python3 talk.py
