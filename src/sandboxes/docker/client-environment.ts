import { inheritedEnvironment } from '../../support/inherited-environment.ts'

/**
 * What a client of an engine reads from its environment: where programs and its own settings are, which engine it speaks to
 * and by what way, in what language it answers. A container gets none of it; keys of model providers not even the client.
 */
const NAMES: readonly RegExp[] = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TMP|TEMP)$/,
  /^(DOCKER|BUILDX|BUILDKIT|COMPOSE|CONTAINER|CONTAINERS|BUILDAH|PODMAN|REGISTRY|STORAGE)_/,
  // An engine behind ssh, podman's own sessions, a colima or rootless engine under the user's folders.
  /^(SSH_AUTH_SOCK|SSH_AGENT_PID|SSH_ASKPASS|DBUS_SESSION_BUS_ADDRESS|NOTIFY_SOCKET|XDG_[A-Z_]+)$/,
  /^((HTTPS?|FTP|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR)|GODEBUG)$/i,
  // Windows knows its folders by these.
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|HOMEDRIVE|HOMEPATH|(LOCAL)?APPDATA|PROGRAM(DATA|FILES.*|W6432))$/i,
]

export function clientEnvironment(): Record<string, string> {
  return inheritedEnvironment(NAMES)
}
