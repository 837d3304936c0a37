#!/usr/bin/env python3
"""cli_test.py -- the program as a person or a shell sees it.

    cli_test.py [--ochil PATH]

Exit codes, suggestions, help, completion in three shells, output that cannot be written, the
progress bar, Ctrl-C, JSON, and a new folder from empty to its first bill.
"""
import argparse
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tap

EXAMPLES = os.path.join(tap.HERE, "examples")
TINY = os.path.join(EXAMPLES, "tiny")
REFUSED = os.path.join(EXAMPLES, "refused-lines")
VERBS = ("new", "map", "close", "explain", "whatif", "bundle", "keygen", "sign", "verify",
         "trail verify", "checkpoint sign", "help", "completion", "manual", "version")
SECONDS = 60


class Run:
    """One run without a terminal: exit code, what it printed, what it said."""

    def __init__(self, ochil, *words, **options):
        done = subprocess.run([ochil, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=options.pop("stdin", subprocess.DEVNULL), timeout=SECONDS,
                              check=False, start_new_session=True, **options)
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")

    def problem(self, code, out="", err=""):
        """None if the exit code is this and both texts hold what they should."""
        if self.code == code and out in self.out and err in self.err:
            return None
        return "exit code %d, should be %d\nout: %s\nerr: %s" % (self.code, code,
                                                                self.out[:2000], self.err[:2000])


# -- exit codes and suggestions ------------------------------------------------------------------

# Words, exit code, what standard error holds. {tmp} is an empty folder.
CODES = (
    ("", 2, "Usage:"),
    ("help", 0, ""),
    ("version", 0, ""),
    ("--version", 0, ""),
    ("--help", 0, ""),
    ("close --help", 0, ""),
    ("help close", 0, ""),
    ("clsoe x", 2, "Did you mean 'close'?"),
    ("verfiy x", 2, "Did you mean 'verify'?"),
    ("zzz", 2, "Try 'ochil help'."),
    ("help clsoe", 2, "Did you mean 'close'?"),
    ("help exitcodes", 2, "Did you mean 'exit-codes'?"),
    ("close x --otu y", 2, "Did you mean '--out'?"),
    ("close x --out y --book legder", 2, "Did you mean 'ledger'?"),
    ("close", 2, "Try 'ochil close --help'."),
    ("close {tiny}", 2, "needs --out DIR"),
    ("close {tiny} --out {tmp}/o --threads none", 2, "--threads is a whole number"),
    ("close {tmp}/missing --out {tmp}/o", 3, "missing"),
    ("close {tiny} --out {tiny}", 3, ""),
    ("close {refused} --out {tmp}/o", 1, "errors.csv"),
    ("completion tcsh", 2, "one of bash, zsh, fish"),
    ("new {tiny}", 3, "not empty"),
    ("new {tmp}/n --year 2014", 2, "such as 2014-15"),
    ("new {tmp}/no/such/folder", 3, "No such file"),
    ("manual --all {tmp}/missing", 3, "No such file"),
    ("explain {tiny} --period 2014-15/P01", 2, "--pool"),
    ("explain {tmp}/missing --pool P --period 2014-15/P01", 3, "missing"),
    ("map {tmp}/missing", 3, "missing"),
    ("whatif {tiny}", 2, "--set"),
    ("bundle {tmp}/missing --out {tmp}/b.zip", 3, "missing"),
    ("sign {tmp}/missing --key {tmp}/k", 3, "missing"),
    ("keygen --out {tmp}/k", 2, "--password-file"),
    ("keygen --out {tmp}/k --no-password --password-file x", 2, "exclude each other"),
    ("keygen --out {tmp}/k --password-file {tmp}/missing", 3, "missing"),
    ("sign x --key k --partner a/b", 2, "cannot be a partner's code"),
    ("map {tiny} --json --csv", 2, "exclude each other"),
    ("verify {tmp}/missing", 3, "missing"),
    ("trail verify {tmp}/missing", 3, "missing"),
    ("trail verfiy x", 2, "Did you mean 'trail verify'?"),
    ("trail verify {tiny}/pools.csv", 4, "this is not the export of a trail"),
    ("trail verify {tiny}/pools.csv --since {tiny}/pools.csv", 4, "not the checkpoint"),
    ("trail verify {tiny}/pools.csv --key {tiny}/pools.csv", 4, "not a minisign public key"),
    ("checkpoint sign {tmp}/missing --key {tmp}/k", 3, "missing"),
)


def test_codes(t, ochil):
    for line, code, err in CODES:
        with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
            words = [word.format(tmp=tmp, tiny=TINY, refused=REFUSED) for word in line.split()]
            run = Run(ochil, *words)
            t.check("ochil %s gives %d" % (line, code), run.problem(code, "", err))


# -- help ----------------------------------------------------------------------------------------

def long_lines(text):
    return "\n".join(line for line in text.splitlines() if len(line) > 79) or None


def test_help(t, ochil):
    for verb in VERBS:
        short, whole = Run(ochil, verb, "--help"), Run(ochil, "help", verb)
        t.check("ochil %s --help" % verb, short.problem(0, "\nExamples:\n") or short.err or
                long_lines(short.out))
        t.check("ochil help %s" % verb, whole.problem(0, "\nEXIT STATUS\n") or whole.err or
                long_lines(whole.out))
    run = Run(ochil, "help", "exit-codes")
    codes = re.findall(r"^    (\d+)$", run.out, re.MULTILINE)
    t.check("ochil help exit-codes lists every code", None if codes == [
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "70", "130"] else run.out)
    run = Run(ochil, "help")
    t.check("ochil help names every verb", None if all("ochil %s\n" % verb in run.out
                                                      for verb in VERBS) else run.out)
    t.check("ochil --version is ochil version", None if Run(ochil, "--version").out ==
            Run(ochil, "version").out != "" else "they differ")


# -- completion ----------------------------------------------------------------------------------

# The line as typed so far, and every word that must be offered; None: exactly nothing.
OFFERED = (
    ("ochil c", {"checkpoint", "close", "completion", "config", "convert"}),
    ("ochil close --bo", {"--book"}),
    ("ochil close --book ", {"ledger", "budget", "forecast"}),
    ("ochil close --book f", {"forecast"}),
    ("ochil completion ", {"bash", "zsh", "fish"}),
    ("ochil help exp", {"explain", "export"}),
    ("ochil verify --ori", {"--original"}),
    ("ochil close in", {"inbox"}),
    ("ochil verify bun", {"bundle.zip"}),
    ("ochil close --out=in", {"inbox"}),
)

BASH = r"""
source "$1"
line=$2
# Words as readline has them: --option=value is three.
line=${line/=/ = }
read -ra COMP_WORDS <<<"$line"
[[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_ochil
printf '%s\n' "${COMPREPLY[@]}"
"""


def bash_offers(script, line, folder):
    done = subprocess.run(["bash", "-c", BASH, "bash", script, line], cwd=folder, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
    return set(done.stdout.decode().split())


def fish_offers(script, line, folder):
    code = "source $argv[1]; complete -C $argv[2]"
    done = subprocess.run(["fish", "--no-config", "-c", code, script, line], cwd=folder,
                          check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS)
    words = [row.split("\t")[0].rstrip("/") for row in done.stdout.decode().splitlines()]
    return {word.split("=")[-1] for word in words}


# zsh completes only on a terminal. What it would insert and list is caught where it adds it.
ZSH = r"""
autoload -Uz compinit
compinit -u -D
source "$1"
compadd() {
    # What matches is left in a list of our own instead of being offered.
    local -a caught
    builtin compadd -A caught "$@"
    (( $#caught )) && print -r -- $caught >>"$CAUGHT"
    builtin compadd "$@"
}
"""


def read_until_quiet(terminal, seconds):
    text = b""
    while select.select([terminal], [], [], seconds)[0]:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        text += more
    return text


def zsh_offers(script, line, folder):
    caught = os.path.join(folder, ".caught")
    setup = os.path.join(folder, ".setup")
    if os.path.exists(caught):
        os.remove(caught)
    with open(setup, "w", encoding="utf-8") as file:
        file.write(ZSH)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ.update(TERM="xterm", HOME=folder, CAUGHT=caught)
        os.execlp("zsh", "zsh", "-f", "-i")
    try:
        os.write(terminal, ("source %s %s; PS1=rea''dy\n" % (setup, script)).encode())
        ends = time.monotonic() + SECONDS
        text = b""
        while b"ready" not in text and time.monotonic() < ends:
            text += read_until_quiet(terminal, 0.1)
        os.write(terminal, line.encode() + b"\t")
        read_until_quiet(terminal, 0.5)
    finally:
        os.kill(child, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(child, 0)
    if not os.path.exists(caught):
        return set()
    with open(caught, encoding="utf-8") as file:
        return {word.rstrip("/=") for word in file.read().split()}


def test_completion(t, ochil):
    for shell, offers in (("bash", bash_offers), ("zsh", zsh_offers), ("fish", fish_offers)):
        with tempfile.TemporaryDirectory(prefix="ochil-cli-") as folder:
            os.mkdir(os.path.join(folder, "inbox"))
            open(os.path.join(folder, "bundle.zip"), "w", encoding="utf-8").close()
            script = os.path.join(folder, "script")
            with open(script, "w", encoding="utf-8") as file:
                file.write(Run(ochil, "completion", shell).out)
            for line, wanted in OFFERED:
                given = offers(script, line, folder)
                t.check("%s completes '%s'" % (shell, line), None if given == wanted else
                        "offers %s, should offer %s" % (sorted(given), sorted(wanted)))


# -- output that cannot be written ---------------------------------------------------------------

def output_problem(out, expected):
    if not os.path.isdir(out):
        return "there is no output"
    name = "settlement.csv"
    same = tap.read_directory(out).get(name) == tap.read_directory(expected)[name]
    return None if same else name + " differs"


def test_output(t, ochil):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([ochil, "help", "csv"], stdout=full, stderr=subprocess.PIPE,
                              timeout=SECONDS, check=False)
    t.check("a full disk is exit 3", None if done.returncode == 3 and
            b"standard output: No space left" in done.stderr else str(done))
    done = subprocess.run(["sh", "-c", '"$0" version >&-', ochil], stderr=subprocess.PIPE,
                          timeout=SECONDS, check=False)
    t.check("a closed standard output is exit 3", None if done.returncode == 3 and
            b"standard output" in done.stderr else str(done))
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([ochil, "help", "csv"], stdout=writer, stderr=subprocess.PIPE,
                          timeout=SECONDS, check=False)
    os.close(writer)
    t.check("a reader that went away is no failure", None if done.returncode == 0 and
            done.stderr == b"" else str(done))
    with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
        done = subprocess.run(["sh", "-c", '"$0" close "$1" --out "$2/o" 0<&- 1>&- 2>&-', ochil,
                               TINY, tmp], timeout=SECONDS, check=False)
        written = output_problem(os.path.join(tmp, "o"), os.path.join(TINY, "expected"))
        t.check("no data file becomes a closed standard output", written or
                (None if done.returncode == 3 else str(done)))


# -- progress and Ctrl-C -------------------------------------------------------------------------

def large_folder(tmp):
    """A folder whose ledger takes a while. Most of its lines are double: it is never billed."""
    folder = os.path.join(tmp, "large")
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("expected"))
    ledger = os.path.join(folder, "ledger")
    name = os.path.join(ledger, sorted(os.listdir(ledger))[0])
    with open(name, "rb") as file:
        header, line = file.read().splitlines(True)[:2]
    with open(name, "wb") as file:
        file.write(header + line * (64 * 1024 * 1024 // len(line)))
    return folder


def on_terminal(ochil, words, term, at_progress=None):
    """Runs with standard error on a terminal; gives the exit code and what stood there."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen([ochil, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=theirs, env={**os.environ, "TERM": term})
    os.close(theirs)
    text = b""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        if not select.select([ours], [], [], 0.2)[0] and child.poll() is not None:
            break
        try:
            more = os.read(ours, 65536)
        except OSError:         # the last one to hold the terminal is gone
            break
        text += more
        if at_progress is not None and b"%" in text:
            child.send_signal(at_progress)
            at_progress = None
    os.close(ours)
    return child.wait(SECONDS), text.decode()


def test_progress(t, ochil):
    with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
        out = os.path.join(tmp, "o")
        run = Run(ochil, "close", TINY, "--out", out, "--force")
        t.check("no bar in a pipe", run.problem(0) or
                ("err: " + run.err if "\r" in run.err or "%" in run.err else None))
        code, text = on_terminal(ochil, ["close", TINY, "--out", out, "--force"], "xterm")
        t.check("a bar on a terminal, wiped at the end", None if code == 0 and "100%" in text and
                text.rstrip("\r\n").endswith("\r\033[K") else "%d %r" % (code, text))
        for words, term in ((["close", TINY, "--out", out, "--force"], "dumb"),
                            (["close", TINY, "--out", out, "--force", "--quiet"], "xterm")):
            code, text = on_terminal(ochil, words, term)
            t.check("no bar with TERM=%s %s" % (term, " ".join(words[5:])),
                    None if code == 0 and "%" not in text else "%d %r" % (code, text))


def test_stop(t, ochil):
    with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
        folder = large_folder(tmp)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            out = os.path.join(tmp, "new parent", "o")
            code, text = on_terminal(ochil, ["close", folder, "--out", out], "xterm", number)
            left = sorted(os.listdir(tmp))
            t.check("%s: exit 130, nothing left behind" % signal.Signals(number).name,
                    None if code == 130 and left == ["large"] and "nothing was written" in text
                    else "exit code %d, left %s, said %r" % (code, left, text[-500:]))


# -- keys, passwords, signatures ------------------------------------------------------------------

def small_bundle(ochil, path):
    """A bundle of the smallest example."""
    done = Run(ochil, "bundle", TINY, "--out", path)
    assert done.code == 0, done.err


def answer(ochil, words, answers):
    """Runs on a terminal of its own and answers each question. Exit code, what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(ochil, [ochil, *words])
    text = b""
    answers = list(answers)
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        text += more
        if answers and text.rstrip(b" ").endswith(b":"):
            os.write(terminal, answers.pop(0))
    if time.monotonic() >= ends:
        os.kill(child, signal.SIGKILL)
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, text.decode()


def test_password(t, ochil, tmp):
    key = os.path.join(tmp, "asked.key")
    keygen = ["keygen", "--out", key]
    for name, answers, code, said in (
            ("that differs", [b"one\n", b"other\n"], 2, "differ"),
            ("that is empty", [b"\n"], 2, "empty"),
            ("that is stopped", [b"on\003"], 130, "stopped"),
            ("given twice", [b"secret words\n", b"secret words\n"], 0, "asked.key")):
        status, text = answer(ochil, keygen, answers)
        t.check("a password %s" % name, None if status == code and said in text and
                "secret" not in text.replace("asked.key secret", "") and
                os.path.exists(key) == (code == 0) else "%d %r" % (status, text))
    bundle = os.path.join(tmp, "locked.zip")
    small_bundle(ochil, bundle)
    sign = ["sign", bundle, "--key", key, "--partner", "CLK"]
    status, text = answer(ochil, sign, [b"wrong\n"])
    t.check("a wrong password is exit 5", None if status == 5 and
            not os.path.exists(bundle + ".CLK.minisig") else "%d %r" % (status, text))
    status, text = answer(ochil, sign, [b"secret words\n"])
    t.check("the right one signs", None if status == 0 and
            os.path.exists(bundle + ".CLK.minisig") else "%d %r" % (status, text))
    t.check("without a terminal it says what to do",
            Run(ochil, *sign, "--force").problem(2, "", "--password-file"))


def test_keys(t, ochil):
    with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
        key, bundle = os.path.join(tmp, "clk.key"), os.path.join(tmp, "2014-15.ochil.zip")
        small_bundle(ochil, bundle)
        t.check("keygen makes two files", Run(ochil, "keygen", "--out", key,
                                              "--no-password").problem(0, "", "clk.key.pub"))
        t.check("the secret one is the owner's only",
                None if os.stat(key).st_mode & 0o777 == 0o600 else oct(os.stat(key).st_mode))
        t.check("keys are not overwritten",
                Run(ochil, "keygen", "--out", key, "--no-password").problem(3))
        sign = ["sign", bundle, "--key", key, "--partner", "CLK"]
        t.check("sign writes the partner's signature", Run(ochil, *sign).problem(
            0, "", ".zip.CLK.minisig"))
        t.check("a signature is not overwritten", Run(ochil, *sign).problem(3))
        t.check("unless it is forced", Run(ochil, *sign, "--force").problem(0))
        done = subprocess.run(["minisign", "-V", "-p", key + ".pub", "-m", bundle,
                               "-x", bundle + ".CLK.minisig"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
        t.check("minisign verifies it", None if done.returncode == 0 and
                b"partner:CLK\tfile:2014-15.ochil.zip" in done.stdout else str(done))
        with open(bundle, "r+b") as file:
            file.write(b"X")
        t.check("a damaged bundle is not signed", Run(ochil, *sign, "--force").problem(4))
        test_password(t, ochil, tmp)


# -- JSON ----------------------------------------------------------------------------------------

JSON = (
    ("version --json", 0),
    ("close {tiny} --out {tmp}/o --json", 0),
    ("close {refused} --out {tmp}/o --json", 1),
    ("map {tiny} --json", 0),
    ("map {refused} --json", 0),
    ("explain {tiny} --pool SW-HQ --period 2014-15/P01 --json", 0),
    ("explain {tiny} --line ledger/clackmannanshire.csv:2 --json", 0),
    ("whatif {tiny} --set basis.POP.CLK=52000 --json", 0),
)


def json_problem(text):
    try:
        said = json.loads(text, parse_float=lambda number: sys.exit("a fraction: " + number))
    except ValueError as error:
        return "%s\n%s" % (error, text[:2000])
    return None if isinstance(said, dict) and said else "not one object: " + text[:200]


def test_json(t, ochil):
    for line, code in JSON:
        with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
            words = [word.format(tmp=tmp, tiny=TINY, refused=REFUSED) for word in line.split()]
            run = Run(ochil, *words)
            t.check("ochil %s" % line, run.problem(code) or json_problem(run.out))


# -- from an empty folder to the first bill ------------------------------------------------------

def read(folder, name):
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        return str(error)


def append(folder, name, text):
    with open(os.path.join(folder, name), "a", encoding="utf-8") as file:
        file.write(text)


def test_new(t, ochil):
    with tempfile.TemporaryDirectory(prefix="ochil cli ") as tmp:
        folder, out = os.path.join(tmp, "year"), os.path.join(tmp, "o")
        t.check("new makes a folder", Run(ochil, "new", folder, "--year", "2014-15").problem(
            0, "", "README.md"))
        t.check("a second time it is refused", Run(ochil, "new", folder).problem(3, "",
                                                                                "not empty"))
        run = Run(ochil, "close", folder, "--out", out)
        t.check("empty, it is refused for its partners only", run.problem(1, "", "partners.csv")
                or (None if read(out, "errors.csv") ==
                    "file,line,code,value\npartners.csv,0,PARTNER,\n" else run.err))
        append(folder, "partners.csv", "CLK,Clackmannanshire Council\nSTI,Stirling Council\n")
        t.check("with partners it closes", Run(ochil, "close", folder, "--out", out,
                                               "--force").problem(0, "0 lines"))
        append(folder, "services.csv", "social,Social Services,CLK\n")
        append(folder, "bases.csv", "EQ,Equal,equal,,,,,,\n")
        append(folder, "pools.csv", "HQ,Headquarters,social,,,,EQ\n")
        append(folder, "ledger/lines.csv", "1,STI,2014-08-31,,SW1,40200,100.00,Rent\n")
        run = Run(ochil, "map", folder)
        t.check("map names the account that is missing", run.problem(0, "40200"))
        append(folder, "accounts.csv", "STI,40200,premises\n")
        run = Run(ochil, "map", folder)
        t.check("and the cost centre", run.problem(0, "SW1"))
        append(folder, "cost_centres.csv", "STI,SW1,,,,common,HQ,\n")
        t.check("then it makes a bill", Run(ochil, "close", folder, "--out", out,
                                           "--force").problem(0, "50.00"))
        bill = read(out, "bill.csv")
        t.check("the bill is right", None if bill ==
                "service,from,to,amount\nall,CLK,STI,50.00\n" else bill)
        t.check("without a year it says so", Run(ochil, "new", os.path.join(tmp, "n")).problem(
            0, "", "set the year in partnership.csv"))
        here = os.path.join(tmp, "here")
        os.mkdir(here)
        t.check("an empty folder may be there already", Run(ochil, "new", ".", cwd=here).problem(
            0) or (None if "README.md" in os.listdir(here) else "no README.md"))


def main():
    parser = argparse.ArgumentParser(usage="cli_test.py [--ochil PATH]")
    parser.add_argument("--ochil", default=tap.default_engine())
    ochil = tap.find_engine(parser.parse_args().ochil)
    t = tap.Tap()
    for test in (test_codes, test_help, test_completion, test_output, test_progress, test_stop,
                 test_keys, test_json, test_new):
        test(t, ochil)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
