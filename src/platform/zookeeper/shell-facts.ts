// The shell functions that observing and acting share: they ask a host without changing it.

import { quote } from '../../remote/quote.js';
import type { HostView } from './host-view.js';

/** The file in the data directory that our own install leaves: whose install it was. Goes when the disk is wiped. */
export const stampName = 'succession.stamp';

/**
 * The opening of every script. Sets `configuration`, `data` and `log`, and defines:
 * - `fail CODE DETAIL`: prints `failed` and `detail`, ends the script with status 20.
 * - `alive`: sets `pid`; true when the server's process runs; fails when that can't be told.
 * - `has_data`: whether snapshots or logs of a ZooKeeper lie on the disk.
 */
export function scriptOpening(host: HostView): string {
  return `set -u
configuration=${quote(host.configurationPath)}
data=${quote(host.dataDirectory)}
log=${quote(host.dataLogDirectory)}
running=${quote(host.commands.running)}
say() { printf '%s=%s\\n' "$1" "$(printf %s "$2" | tr '\\n' ' ')"; }
fail() { say failed "$1"; say detail "$2"; exit 20; }
alive() {
  pid=$(sh -c "$running" 2>&1 </dev/null)
  case $? in
    0) return 0 ;;
    1) pid=; return 1 ;;
    *) fail running "$pid" ;;
  esac
}
has_data() { [ -n "$(find "$data/version-2" "$log/version-2" -type f 2>/dev/null | head -n 1)" ]; }
`;
}

/**
 * A shell function that prints when a process was started, in ms since the epoch; nothing when it is gone. The start is
 * known in ticks since boot, and the boot only through the clock of now; both readings are taken close together, and the
 * error is kept on the early side: a process must never seem younger than its configuration when it is older.
 */
export const startedMs: string = `started_ms() {
  text=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  set -- \${text##*) }
  ticks=\${20}
  for _ in 1 2 3 4 5; do
    read -r before _ </proc/uptime
    now=$(date +%s%3N)
    read -r after _ </proc/uptime
    after=\${after%.*}\${after#*.}
    [ $((after - \${before%.*}\${before#*.})) -gt 2 ] || break
  done
  printf %s $((now - (after + 1 - ticks * 100 / $(getconf CLK_TCK)) * 10))
}
`;

/** The `key=value` lines of a script's output, in order. */
export function outputLines(stdout: string): readonly (readonly [key: string, value: string])[] {
  return stdout.split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });
}
