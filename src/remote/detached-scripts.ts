// What runs on the host around a deed that must outlive the connection: to start or find it, to wait for it, to forget it.

import { quote } from './quote.js';

/** Where hosts keep what belongs to such deeds: one folder a unit, for root alone. */
export const stateRoot = '/var/lib/succession';

/** How much of each output comes back: its end. */
const tailBytes = 64 * 1024;

/**
 * The opening of each script. Nothing newer than systemd 219 and coreutils 8.22, which CentOS 7 has. Defines:
 * - `unit_runs`: whether the unit's main process runs; ends the script with status 20 when that can't be told.
 * - `report STATE`: prints the state, and of both outputs the end in base64.
 * - `look`: prints the report and ends the script when the deed has ended or is cut off; true while it runs.
 */
function opening(root: string, unit: string): string {
  return `set -u
umask 077
unit=${quote(unit)}
folder=${quote(`${root}/${unit}`)}
fail() { printf 'state=failed\\ndetail=%s\\n' "$(printf %s "$1" | tr '\\n' ' ')"; exit 20; }
unit_runs() {
  text=$(systemctl show -p ActiveState -p SubState "$unit.service" 2>&1) || fail "$text"
  case $text in
    *ActiveState=activating* | *SubState=running* | *SubState=stop*) return 0 ;;
    *ActiveState=*) return 1 ;;
    *) fail "systemctl show says: $text" ;;
  esac
}
tail_of() { tail -c ${tailBytes} "$folder/$1" 2>/dev/null | base64 | tr -d '\\n'; }
report() {
  printf 'state=%s\\nstatus=%s\\nstdout=%s\\nstderr=%s\\n' \\
    "$1" "$(cat "$folder/status" 2>/dev/null)" "$(tail_of stdout)" "$(tail_of stderr)"
}
# Whoever came too late may have put the input there once more.
ended() { rm -f "$folder/input"; report ended; exit 0; }
look() {
  if [ -e "$folder/status" ]; then ended; fi
  [ $((tick % 10)) -eq 0 ] || return 0
  if unit_runs; then return 0; fi
  if [ -e "$folder/status" ]; then ended; fi
  [ -e "$folder" ] || { report absent; exit 0; }
  [ -e "$folder/begun" ] || { report not-begun; exit 0; }
  rm -f "$folder/input"
  report cut-off; exit 0
}
await() {
  tick=0
  while [ "$tick" -lt "$1" ]; do look; sleep 0.2; tick=$((tick + 1)); done
  report running
}
`;
}

/** Waits on the host, at most this long, so that asking again and again is not needed. */
export function awaitScript(root: string, unit: string, waitMs: number): string {
  return `${opening(root, unit)}await ${Math.max(1, Math.round(waitMs / 200))}\n`;
}

/**
 * Starts the deed, or finds it: whatever was begun is never begun again. Reads the deed's script and its input from the
 * standard input, one base64 line each.
 */
export function startScript(root: string, unit: string, waitMs: number): string {
  return `${opening(root, unit)}read -r script && read -r input || fail 'the order came in half'
if ! [ -e "$folder/begun" ] && ! unit_runs; then
  text=$(mkdir -p -m 0700 "$folder" 2>&1) || fail "$text"
  put() {
    text=$({ printf %s "$2" | base64 -d >"$folder/$1.$$" && mv -f "$folder/$1.$$" "$folder/$1"; } 2>&1) || fail "$text"
  }
  put script "$script"; put input "$input"
  put run ${quote(Buffer.from(runner(root, unit)).toString('base64'))}
  text=$(chmod 0700 "$folder/run" "$folder/script" 2>&1 && sync) || fail "$text"
  # Of an earlier try that never began: it would keep the name.
  systemctl reset-failed "$unit.service" >/dev/null 2>&1
  text=$(systemd-run --unit="$unit" --remain-after-exit /bin/sh "$folder/run" 2>&1 </dev/null)
  started=$?
  # Before version 220 systemd-run does not wait for the start; and whoever lost a race finds the name taken.
  tries=0
  while ! [ -e "$folder/begun" ] && [ "$tries" -lt 25 ]; do sleep 0.2; tries=$((tries + 1)); done
  [ -e "$folder/begun" ] || [ "$started" -eq 0 ] || fail "systemd-run: $text"
fi
await ${Math.max(1, Math.round(waitMs / 200))}
`;
}

/** What the unit runs. `begun` is made once in the life of the folder; `status` comes last, and whole. */
function runner(root: string, unit: string): string {
  return `# Written by Succession: runs the script beside it once, and keeps what came of it.
cd ${quote(`${root}/${unit}`)} || exit 1
mkdir begun || exit 0
(umask 022; cd / && exec /bin/sh ${quote(`${root}/${unit}/script`)}) <input >stdout 2>stderr
echo $? >status.new
rm -f input
sync
mv -f status.new status
`;
}

/** Removes what is left of a deed that has ended. A daemon that it started itself, not through systemd, ends as well. */
export function forgetScript(root: string, unit: string): string {
  return `${opening(root, unit)}if unit_runs; then echo state=running; exit 0; fi
systemctl stop "$unit.service" >/dev/null 2>&1
systemctl reset-failed "$unit.service" >/dev/null 2>&1
text=$(rm -rf "$folder" 2>&1) || fail "$text"
echo state=gone
`;
}

/** Prints the units of ours whose process runs, one a line. */
export const activeUnitsScript = `text=$(systemctl list-units --all --no-legend --no-pager --plain 'succession-*.service' 2>&1) ||
  { echo "$text" >&2; exit 20; }
printf '%s\\n' "$text" | grep -E ' (running|start|stop[a-z-]*) ' | grep -o 'succession-[^ ]*[.]service' || true
`;
