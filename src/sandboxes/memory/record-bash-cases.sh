#!/bin/sh
# Prints what a real bash prints for a command, then its exit code: how the cases of real-bash-cases.json were recorded.
#   sudo sh record-bash-cases.sh 'COMMAND'
# The world is the one of world-for-tests.ts without its program; the user is 1000, the locale C.
set -e
world=$(mktemp -d)
mkdir -p "$world/home/agent"
printf '#!/bin/bash\nkill -s TERM 1\n' > "$world/home/agent/shutdown.sh"
printf 'sys\n' > "$world/home/agent/sys.txt"
chmod 755 "$world/home/agent/shutdown.sh"
chmod 644 "$world/home/agent/sys.txt"
chown 1000:1000 "$world/home/agent" "$world/home/agent/shutdown.sh"
printf 'root:x:0:0:root:/root:/bin/bash\nagent:x:1000:1000::/home/agent:/bin/bash\n' > "$world/passwd"
printf 'root:x:0:\nagent:x:1000:\n' > "$world/group"
status=0
unshare --mount --pid --fork --mount-proc bash -c '
  mount --bind "$1/home" /home
  mount --bind "$1/passwd" /etc/passwd
  mount --bind "$1/group" /etc/group
  mount -t tmpfs tmpfs /tmp
  chmod 1777 /tmp
  cd /home/agent
  setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all env -i HOME=/home/agent USER=agent LOGNAME=agent \
    SHELL=/bin/bash PATH=/usr/local/bin:/usr/bin:/bin bash -c "$2" < /dev/null 2>&1
' record "$world" "$1" || status=$?
rm -rf "$world"
echo "exit code $status"
