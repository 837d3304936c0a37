"""slow_clients.py -- many clients that take their time, each from one of many addresses of this
machine: a third says a header now and then and never ends its head, a third announces a body that
comes a byte at a time, a third asks for a large answer again and again and hardly reads it. Who is
shut out comes again.

    python3 slow_clients.py PORT COUNT HOST          until its standard input is closed

Prints "standing" when all have spoken once, and at the end what became of them.
"""
import selectors
import socket
import sys

PER_ADDRESS = 90            # fewer than the server lets in from one
AT_ONCE = 200               # are looked at in a turn
TURN_SECONDS = 0.02
AGAIN_A_TURN = 6            # at most so many come again

BEGIN = (b'GET /login HTTP/1.1\r\nHost: %s\r\nX-0: y\r\n',
         b'POST /login HTTP/1.1\r\nHost: %s\r\nContent-Length: 60000\r\n'
         b'Content-Type: application/x-www-form-urlencoded\r\n\r\na=',
         b'GET /style.css HTTP/1.1\r\nHost: %s\r\n\r\n')
MORE = (b'X-1: y\r\n', b'b', None)


class Client:
    def __init__(self, number, port, host):
        self.number, self.port, self.kind = number, port, number % 3
        self.begin = BEGIN[self.kind] % host
        if self.kind == 2:
            self.begin *= 4
        self.link, self.begun = None, False
        self.connect()

    def connect(self):
        self.link, self.begun = socket.socket(), False
        self.link.setblocking(False)
        if self.kind == 2:
            self.link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        address = self.number // PER_ADDRESS
        self.link.bind(('127.0.%d.%d' % (1 + address // 250, 1 + address % 250), 0))
        try:
            self.link.connect(('127.0.0.1', self.port))
        except BlockingIOError:
            pass

    def turn(self):
        """False: it was shut out."""
        try:
            if not self.begun:
                self.link.send(self.begin)
                self.begun = True
            elif self.kind == 2:
                return self.link.recv(1) != b''
            else:
                self.link.send(MORE[self.kind])
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True


def main():
    port, count, host = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode()
    clients = [Client(number, port, host) for number in range(count)]
    standing, shut_out, again, first = False, 0, [], 0
    ear = selectors.DefaultSelector()
    ear.register(sys.stdin, selectors.EVENT_READ)
    while not ear.select(TURN_SECONDS):
        for client in clients[first:first + AT_ONCE]:
            if client.link is not None and not client.turn():
                client.link.close()
                client.link = None
                shut_out += 1
                again.append(client)
        first += AT_ONCE
        if first >= count:
            first = 0
            if not standing:
                print('standing', flush=True)
            standing = True
        for client in again[:AGAIN_A_TURN]:
            client.connect()
        del again[:AGAIN_A_TURN]
    open_now = sum(client.begun and client.link is not None for client in clients)
    print('%d clients, %d of them connected, shut out %d times' % (count, open_now, shut_out))


if __name__ == '__main__':
    sys.exit(main())
