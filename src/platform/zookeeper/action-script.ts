// What each action runs on its host: a script that can be killed anywhere and run again.

import { quote } from '../../remote/quote.js';
import type { Action, ListAction } from '../../run/platform.js';
import type { HostView } from './host-view.js';
import { scriptOpening, stampName } from './shell-facts.js';

/**
 * The script of an action. `install` and `upgrade` read base64 lines from standard input: `zoo.cfg`, `myid`, and for
 * `install` the stamp. Prints `did=…` for each thing done; on failure `failed=CODE` and `detail=…`, with status 20.
 */
export function actionScript(host: HostView, action: Exclude<Action, ListAction>): string {
  const opening = scriptOpening(host) + deeds(host);
  switch (action.kind) {
    case 'stop':
      return `${opening}stop_server\n`;
    case 'fence':
      return `${opening}disable_server; ! alive || fail still-running "$pid"; say did 'no process runs'\n`;
    case 'start':
      return `${opening}enable_server; alive || start_server\n`;
    case 'upgrade':
      return `${opening}${readFiles}put_configuration\nenable_server; stop_server; start_server\n`;
    case 'install':
      return `${opening}${readFiles}read -r stamp
leftovers=${action.leftovers}
${prepareDisk}${install}`;
    case 'join':
      return `${opening}${readFiles}read -r stamp
leftovers=${action.leftovers}
${action.leftovers === 'keep' ? '' : prepareDisk}${join}`;
  }
}

const readFiles = `read -r zoo_cfg; read -r myid
`;

/**
 * The stamp is written before the first start and after the wipe. So data under another stamp, or none, are never of
 * this install, and data under this stamp are never thrown away. The old stamp goes first: a wipe cut short must not
 * leave it beside half of its data.
 */
const prepareDisk = `if [ "$(cat "$data/${stampName}" 2>/dev/null)" != "$(printf %s "$stamp" | base64 -d)" ]; then
  ! alive || fail installed-otherwise "$pid"
  if has_data; then
    [ "$leftovers" = wipe ] || fail leftovers "$data"
    text=$(rm -rf "$data/${stampName}" "$data/version-2" "$log/version-2" "$data/myid" "$data/initialize" 2>&1) ||
      fail write "$text"
    sync
    say did "wiped $data"
  fi
  text=$(mkdir -p "$data" "$log" "$(dirname "$configuration")" 2>&1) || fail write "$text"
  text=$(rm -f "$configuration".dynamic.* 2>&1) || fail write "$text"
  put "$data/${stampName}" "$stamp"
fi
`;

const install = `put_configuration
enable_server
if [ "$changed" = yes ]; then stop_server; fi
alive || start_server
`;

/**
 * A server that runs has read its list and keeps it up to date by itself. One that is down would start on the last list
 * that it was told, in which it may not be, and then ends at once ("My id … not in the peer list"; seen on 3.8.0).
 */
const join = `if ! alive; then
  text=$(rm -f "$configuration".dynamic.* 2>&1) || fail write "$text"
  put_configuration
fi
enable_server
alive || start_server
`;

/**
 * Shell functions that change a host. The commands' output goes to a file: a daemon may keep it open for ever.
 * Each script writes under a name of its own: a rename of one that was killed may still end on a busy disk.
 */
function deeds(host: HostView): string {
  const { start, stop, enable, disable } = host.commands;
  return `changed=no
# Where its connection broke, an earlier script may still be at work: two at once would undo each other's deeds. The lock
# goes with the script; whatever a command starts does not get it.
place=$data
until [ -d "$place" ]; do place=$(dirname "$place"); done
if command -v flock >/dev/null 2>&1 && [ -r "$place" ]; then
  exec 9<"$place"
  flock -w 100 9 || fail busy "$place"
fi
attempt() {
  output=$(mktemp) || fail write 'no temporary file'
  sh -c "$2" >"$output" 2>&1 </dev/null 9<&-
  status=$?
  text=$(tail -c 1000 "$output"); rm -f "$output"
  [ "$status" -eq 0 ] || fail "$1" "status $status: $text"
}
enable_server() { attempt enable ${quote(enable)}; say did 'enabled across reboots'; }
disable_server() { attempt disable ${quote(disable)}; say did 'disabled across reboots'; }
stop_server() {
  attempt stop ${quote(stop)}
  ! alive || fail still-running "$pid"
  say did 'stopped'
}
start_server() {
  attempt start ${quote(start)}
  alive || fail not-running ''
  say did "started, process $pid"
}
put() {
  target=$(readlink -f "$1") || fail write "no folder for $1"
  rm -f "$target".succession.*
  temporary="$target.succession.$$"
  text=$( { printf %s "$2" | base64 -d >"$temporary"; } 2>&1) || fail write "$text"
  if cmp -s "$temporary" "$target"; then rm -f "$temporary"; return 0; fi
  like=$target
  if [ -e "$target" ]; then chmod --reference="$target" "$temporary"; else like=$(dirname "$target"); fi
  chown --reference="$like" "$temporary" 2>/dev/null
  text=$(sync "$temporary" 2>&1 && mv -f "$temporary" "$target" 2>&1 && sync "$(dirname "$target")" 2>&1) ||
    fail write "$text"
  changed=yes
  say did "wrote $1"
}
# A tenth of a second between the change and the next start: the start of a process is known to some 20 ms.
put_configuration() {
  changed=no
  put "$configuration" "$zoo_cfg"
  put "$data/myid" "$myid"
  if [ "$changed" = yes ]; then sleep 0.1; fi
}
`;
}
