"""The program as shells find it in tests: it asks the process that forks (`forks.py`) to run `zenml`.

That process puts it beside its socket. It imports little, for it is started for each command.
"""

import json
import os
import signal
import socket
import sys


def _main() -> int:
    message = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.path.join(os.path.dirname(os.path.abspath(__file__)), "socket"))
        socket.send_fds(connection, [len(message).to_bytes(4, "big")], [0, 1, 2])
        connection.sendall(message)
        with connection.makefile("rb") as answers:
            pid = int(answers.readline())
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
                signal.signal(number, lambda received, _: os.kill(pid, received))
            code = int(answers.readline())
    return code if code >= 0 else 128 - code  # as shells say it of a signal


if __name__ == "__main__":
    sys.exit(_main())
