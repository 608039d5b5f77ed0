// Where DC/OS keeps what on a master, and the shell functions that looking and acting share.

import { startedMs } from '../../zookeeper/shell-facts.js';

/** Whose install of a member this disk is: written before it begins, gone when the disk is wiped. */
export const stampPath = '/var/lib/dcos/succession.stamp';

/**
 * The opening of every script for a master, for any POSIX shell. Defines:
 * - `say KEY TEXT`, and `fail CODE DETAIL`, which ends the script with status 20.
 * - `unit_state UNIT`: prints systemd's ActiveState; unknown units are `inactive`.
 * - `exhibitor_runs`: true unless the unit is down for good. A unit that waits for its next start counts as running.
 * - `find_zookeeper`: sets `pid`; true when a ZooKeeper of Exhibitor's runs (and not one in a container of this host).
 * - `list_on_disk`, `list_loaded`, `list_of_zookeeper`: the list in the active configuration, in the environment of the
 *   Exhibitor that runs, and in the `zoo.cfg` that it wrote for its last start of ZooKeeper; as `1:a,2:b`, or nothing.
 * - `has_data`, `has_dcos`: whether there is anything of a ZooKeeper, or of DC/OS.
 * - `configuration_package`: the id of the active configuration.
 *
 * Exhibitor takes its list from the environment when it starts, and writes `myid` and `zoo.cfg`, with escaped colons,
 * whenever it starts ZooKeeper (`packages/exhibitor` in dcos/dcos 1.9.10; `StandardProcessOperations` in dcos/exhibitor).
 */
export const scriptOpening: string = `set -u
LC_ALL=C; export LC_ALL
exhibitor_file=/opt/mesosphere/etc/exhibitor
zoo_cfg=/var/lib/dcos/exhibitor/conf/zoo.cfg
data=/var/lib/dcos/exhibitor/zookeeper/snapshot
log=/var/lib/dcos/exhibitor/zookeeper/transactions
stamp_file=${stampPath}
say() { printf '%s=%s\\n' "$1" "$(printf %s "$2" | tr '\\n' ' ')"; }
fail() { say failed "$1"; say detail "$2"; exit 20; }
property() {
  text=$(systemctl show -p "$1" "$2" 2>&1) || fail systemctl "$text"
  printf %s "\${text#"$1"=}"
}
unit_state() { property ActiveState "$1"; }
exhibitor_runs() {
  case $(unit_state dcos-exhibitor.service) in
    inactive | failed) return 1 ;;
    active | activating | reloading | deactivating) return 0 ;;
    *) fail systemctl 'it tells no state of dcos-exhibitor' ;;
  esac
}
find_zookeeper() {
  pid=
  main=org.apache.zookeeper.server.quorum.QuorumPeerMain
  for file in $(grep -alzx "$main" /proc/[0-9]*/cmdline 2>/dev/null); do
    process=\${file%/cmdline}
    [ "$(readlink "$process/ns/pid" 2>/dev/null)" = "$(readlink /proc/self/ns/pid)" ] || continue
    if grep -aqzxF "$zoo_cfg" "$file" 2>/dev/null || grep -q dcos-exhibitor "$process/cgroup" 2>/dev/null; then
      pid=\${process#/proc/}
    fi
  done
  [ -n "$pid" ]
}
list_on_disk() { sed -n 's/^EXHIBITOR_STATICENSEMBLE=//p' "$exhibitor_file" 2>/dev/null | tail -n 1 | tr -d '"'; }
list_loaded() {
  supervisor=$(property MainPID dcos-exhibitor.service)
  [ "\${supervisor:-0}" -gt 0 ] || return 0
  tr '\\0' '\\n' 2>/dev/null <"/proc/$supervisor/environ" | sed -n 's/^EXHIBITOR_STATICENSEMBLE=//p'
}
list_of_zookeeper() {
  sed -n 's/\\\\//g; s/^server\\.\\([0-9]*\\)=\\([^:]*\\):.*/\\1:\\2/p' "$zoo_cfg" 2>/dev/null |
    sort -n | tr '\\n' ',' | sed 's/,$//'
}
has_data() { [ -n "$(find "$data/version-2" "$log/version-2" -type f 2>/dev/null | head -n 1)" ]; }
has_dcos() {
  [ -n "$(ls -A /opt/mesosphere /etc/mesosphere 2>/dev/null | grep -v ':$' | head -n 1)" ] ||
    [ -e /etc/systemd/system/dcos.target ] || [ -e /etc/systemd/system/dcos.target.wants ]
}
configuration_package() {
  link=$(readlink -f /opt/mesosphere/active/dcos-config 2>/dev/null) || return 0
  printf %s "\${link##*/}"
}
comes_back() {
  for unit in dcos.target dcos-setup.service; do
    case $(systemctl is-enabled "$unit" 2>/dev/null) in enabled*) return 0 ;; esac
  done
  return 1
}
${startedMs}`;
