"""booted.py -- a machine within this one, begun by systemd as process 1, and Ochil in it as
docs/serve.md says: installed, enabled, started. It is a tree of processes in namespaces of its own,
on an overlay of this machine's files that is gone afterwards.

Needs root, overlayfs and a cgroup2 hierarchy (Debian 12 has them). Limits of memory and tasks hold
only where the hierarchy has those controllers.
"""
import os
import signal
import subprocess
import tempfile
import time

# What would change the kernel that both machines share, or has nothing to do there.
MASKED = tuple(name + '.service' for name in (
    'systemd-sysctl', 'systemd-modules-load', 'systemd-remount-fs', 'systemd-random-seed',
    'systemd-update-utmp', 'systemd-firstboot', 'systemd-machine-id-commit',
    'systemd-network-generator', 'systemd-udevd', 'systemd-udev-trigger', 'systemd-timesyncd',
    'e2scrub_reap', 'nginx', 'postgresql')) + tuple(name + '.mount' for name in (
        'sys-kernel-debug', 'sys-kernel-tracing', 'sys-kernel-config', 'sys-fs-fuse-connections',
        'dev-hugepages', 'dev-mqueue')) + ('proc-sys-fs-binfmt_misc.automount',)
TARGET = '[Unit]\nRequires=basic.target\nAfter=basic.target\n'
BEGIN = r'''
set -e
mount -t tmpfs -o mode=755 none "$1"
cd "$1"
mkdir up work root
mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=work root
cd root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 none dev
# Nodes of its own: systemd sets their modes.
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620 none dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs none dev/shm
mount -t tmpfs -o mode=755 none run
mount -t tmpfs -o mode=1777 none tmp
mount -t tmpfs -o mode=1777 none var/tmp
mount --bind -o ro proc/sys proc/sys
tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
printf '%s' "$2" >etc/systemd/system/booted.target
for unit in $3; do
    ln -sf /dev/null etc/systemd/system/$unit
done
# As the root of all, not by chroot alone: systemd makes the roots of services from it.
pivot_root . .
umount -l .
exec env -i container=ochil-test LANG=C.UTF-8 PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    chroot . /lib/systemd/systemd --system --unit=booted.target --log-target=null --show-status=no
'''


def unified():
    """Where this machine has its cgroup2 hierarchy; None: nowhere."""
    with open('/proc/mounts', encoding='utf-8') as file:
        found = [line.split()[1] for line in file if line.split()[2] == 'cgroup2']
    return found[0] if found else None


class Booted:
    """with Booted() as machine: machine.run('systemctl', ...)"""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix='ochil-boot-')
        self.group = os.path.join(unified(), os.path.basename(self.folder))
        os.mkdir(self.group)

        def enter_group():
            with open(os.path.join(self.group, 'cgroup.procs'), 'w', encoding='ascii') as file:
                file.write(str(os.getpid()))
        self.process = subprocess.Popen(
            # Whoever ends this process ends the machine with it.
            ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork',
             '--kill-child', '--cgroup', '--ipc', '--net', '--uts', '--propagation', 'private',
             'sh', '-c', BEGIN, 'sh', self.folder, TARGET, ' '.join(MASKED)],
            preexec_fn=enter_group)
        self.first = self.child_of(self.process.pid)
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError('the machine ended at once')
            if self.run('systemctl', 'is-system-running', fails=True).strip() in ('running',
                                                                                  'degraded'):
                break
            time.sleep(0.1)
        return self

    @staticmethod
    def child_of(process):
        for _ in range(100):
            with open('/proc/%d/task/%d/children' % (process, process), encoding='ascii') as file:
                found = file.read().split()
            if found:
                return int(found[0])
            time.sleep(0.05)
        raise RuntimeError('no machine begins')

    def run(self, *words, fails=False, **how):
        """A command in there; what it says."""
        done = subprocess.run(
            ['nsenter', '--target', str(self.first), '--mount', '--pid', '--cgroup', '--ipc',
             '--uts', '--root', '--wd', '--', *words], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120, **how)
        if done.returncode != 0 and not fails:
            raise RuntimeError('%s: %d\n%s' % (' '.join(words), done.returncode, done.stdout))
        return done.stdout

    def path(self, path):
        """A path of there, as seen from here."""
        return '/proc/%d/root%s' % (self.first, path)

    def shows(self, unit, *names):
        """What systemd says of the unit, as {name: value}."""
        said = self.run('systemctl', 'show', unit, '--property=' + ','.join(names))
        return dict(line.split('=', 1) for line in said.splitlines())

    def __exit__(self, *_):
        self.run('systemctl', 'poweroff', '--force', fails=True)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for folder, _, _ in os.walk(self.group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                pass
        os.rmdir(self.folder)

