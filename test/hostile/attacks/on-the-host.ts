import { type Attack, mustFail, perl } from '../attack.ts'

/** Looks for the machine underneath: its files, its network, its timetables, its secrets. */
export const ON_THE_HOST: readonly Attack[] = [
  {
    name: 'what the kernel shows of other processes',
    commands: [
      mustFail(
        'test $(ls -d /proc/[0-9]* | wc -l) -gt 20',
        `grep -alE 'vit[e]st|offsw[i]tch' /proc/[0-9]*/cmdline`,
        'ls /proc/1/root/',
        'ls /proc/1/cwd/',
        'ls /proc/1/fd/',
        'cat /proc/1/environ',
        'cat /proc/1/maps | grep .',
        'head -c 1 /proc/kcore',
        'head -c 1 /proc/kmsg',
        'head -c 1 /proc/vmcore',
        'head -c 1 /dev/mem',
        'head -c 1 /dev/kmsg',
        `grep -a . /proc/sched_debug`,
        `grep -vE '^0+ ' /proc/kallsyms`,
        'ls /proc/1/map_files/*',
        'ls /sys/kernel/debug/*',
        'ls /sys/kernel/tracing/*',
      ),
    ],
  },
  {
    name: 'keys of the harness, wherever they might be',
    commands: [
      `grep -ahoE 'sk-can[a]ry-[0-9a-f]+' /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/*/task/*/environ 2> /dev/null | sed 's/^/BREACH /'`,
      `grep -rahoE --exclude-dir=proc --exclude-dir=usr --exclude-dir=sys --exclude-dir=dev 'sk-can[a]ry-[0-9a-f]+' / 2> /dev/null | sed 's/^/BREACH /'`,
      `env; set; cat /proc/self/mountinfo /proc/self/cgroup`,
      perl(
        `for my $fd (0 .. 1024) { open my $handle, "<&=", $fd or next; print "BREACH: open $fd\\n" if $fd > 2 && $fd != fileno $handle }`,
      ),
    ],
    limits: { commandMs: 15_000 },
  },
  {
    name: 'ways out through links and names',
    commands: [
      mustFail(
        'ls /proc/self/root/root/',
        'ls /../root/',
        'cat ../../../../../../../../etc/shadow',
        'cat /proc/self/cwd/../../../../etc/shadow',
        'ls /work /srv/* /mnt/* /media/* /boot/* /var/lib/*',
        'touch /usr/bin/x',
        'touch /usr/x',
        'touch /etc/alternatives/x',
        'touch /x/../usr/x',
        'echo x > /etc/ld.so.preload',
        'echo x > /etc/passwd',
        'ln /usr/bin/su su',
        'ln /etc/passwd passwd',
        'cat @SOCKET@',
        'ls /tmp/hostile-*',
        'ls /var/tmp/hostile-*',
        'ls /root/hostile-*',
      ),
    ],
  },
  {
    name: 'the host’s network: by every kind of socket',
    commands: [
      mustFail(
        'exec 3<> /dev/tcp/127.0.0.1/@TCP@',
        'exec 3<> /dev/tcp/1.1.1.1/80',
        'exec 3<> /dev/tcp/::1/@TCP@',
        `perl -e 'use Socket; socket S, AF_UNIX, SOCK_STREAM, 0; connect S, pack "S a*", 1, "\\0@ABSTRACT@" or exit 1'`,
        `perl -e 'use Socket; socket S, AF_UNIX, SOCK_STREAM, 0; connect S, sockaddr_un("@SOCKET@") or exit 1'`,
        'perl -e "socket S, 2, 3, 1 or exit 1"',
        'perl -e "socket S, 17, 3, 3 or exit 1"',
        'perl -e "socket S, 40, 1, 0 or exit 1"',
        'perl -e "socket S, 40, 2, 0 or exit 1"',
        'perl -e "socket S, 38, 5, 0 or exit 1"',
        'ip link add dummy0 type dummy',
        'ping -c 1 -W 1 127.0.0.1',
        'test $(tail -n +3 /proc/net/dev | wc -l) -gt 1',
      ),
      `echo x > /dev/udp/127.0.0.1/@UDP@; echo x > /dev/udp/1.1.1.1/53; true`,
      perl(`
        use Socket;
        for my $port (@TCP@, @UDP@) {
          for my $address ("127.0.0.1", "0.0.0.0", "10.0.2.2", "172.17.0.1", "169.254.169.254") {
            for my $type (SOCK_STREAM, SOCK_DGRAM) {
              socket my $socket, AF_INET, $type, 0 or next;
              fcntl $socket, 4, 04000;
              connect $socket, sockaddr_in($port, inet_aton $address);
              send $socket, "x", 0x4040;
            }
          }
        }
      `),
    ],
  },
  {
    name: 'names of hosts',
    commands: [
      mustFail(
        'timeout 2 getent hosts example.com',
        'timeout 2 getent ahosts localhost.localdomain.example',
        `timeout 2 perl -e 'exit(gethostbyname("example.com") ? 0 : 1)'`,
      ),
    ],
    limits: { commandMs: 15_000 },
  },
  {
    name: 'timetables, services and what starts with the machine',
    commands: [
      mustFail(
        `echo '* * * * * touch /tmp/hostile-cron' | crontab -`,
        `echo 'touch /tmp/hostile-at' | at now`,
        `echo 'touch /tmp/hostile-batch' | batch`,
        'systemd-run --user true',
        'systemd-run true',
        'systemctl daemon-reload',
        'dbus-send --system --dest=org.freedesktop.systemd1 /',
        `echo '* * * * * root true' > /etc/cron.d/hostile`,
        'mkdir -p /var/spool/cron/crontabs && echo x > /var/spool/cron/crontabs/root && test -e /proc/1/root/var/spool/cron',
        'service cron start',
        'docker ps',
        'ls /run/docker.sock /var/run/docker.sock /run/containerd/containerd.sock',
      ),
    ],
  },
  {
    name: 'another user, by every program that becomes one',
    commands: [
      `cp /bin/bash /tmp/mine; chmod 6755 /tmp/mine; chmod 6755 /tmp/mine; ls -l /tmp/mine`,
      mustFail(
        'test $(/tmp/mine -p -c "id -u") = 0',
        'sudo -n true',
        'su -c true < /dev/null',
        'newuidmap $$ 0 0 1',
        'passwd -d root',
        'pkexec true',
        'chfn -f x < /dev/null',
        'newgrp root < /dev/null',
        `perl -e '$> = 0; $< = 0; exit($> == 0 ? 0 : 1)'`,
        `perl -e 'exit(grep({ $_ == 0 } split " ", $)) ? 0 : 1)'`,
        'chown root /tmp/mine',
        'chgrp root /tmp/mine',
        'chroot / true',
        'nsenter -t 1 -a true',
        `find /usr/bin /usr/sbin /usr/lib -perm /6000 -user 0 -exec true {} + -quit; test "$(cat /proc/self/status | grep NoNewPrivs | cut -f 2)" = 0`,
      ),
    ],
    limits: { commandMs: 15_000 },
  },
]
