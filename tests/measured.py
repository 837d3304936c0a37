"""measured.py -- running a program, and what it takes: for the tests of memory and time."""
import os
import signal


def apart(work):
    """Done in a process of its own: what it keeps must not count as the memory of the next one,
    since Linux carries the peak of a process over to those that it starts."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def run(command, log, seconds_max=3600):
    """Exit code (below 0: the signal), seconds of the processor, and the peak of memory in MiB.
    Both outputs go to `log`. SIGALRM ends what does not end by itself."""
    child = os.fork()
    if child == 0:
        signal.alarm(seconds_max)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    return (os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime,
            used.ru_maxrss / 1024)
