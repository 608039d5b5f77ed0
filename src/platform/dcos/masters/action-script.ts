// What each action runs on its master: a script that can be killed anywhere and run again.

import { quote } from '../../../remote/quote.js';
import { scriptOpening } from './host-script.js';
import { waysDown, waysUp, wiping } from './action-shell.js';

/** How long a script waits for Exhibitor and its ZooKeeper, in s: Exhibitor looks for the first time after 30 s. */
const awaitSeconds = 600;

/** How long a member's election port may be closed, in s: a ZooKeeper that does not serve is started anew each minute. */
const reachSeconds = 60;

/**
 * The runbook's stop, and what it must lead to. The target itself stays active, and the units come back after a reboot:
 * that is what `fence` is for.
 */
export const stopScript: string = `${scriptOpening}${waysDown}stop_all
tell_down
`;

/**
 * Disables DC/OS across reboots. It is no stop of a master that votes; what a timer has woken since its stop is stopped
 * again. What else proves a fence is asked from elsewhere.
 */
export const fenceScript: string = `${scriptOpening}${waysDown}voters_must_be_down
stop_all
disable_all
tell_down
say did 'it is disabled across reboots'
`;

/** Starts a master on the configuration that it has. `aside` names the folders that its Mesos logs are moved to. */
export function startScript(options: { readonly aside: string | null }): string {
  return `${scriptOpening}${waysUp}${movingAside(options.aside)}finish_activation
list=$(list_on_disk)
[ -n "$list" ] || fail no-list 'it has no static list of masters'
enable_all
exhibitor_runs || start_all
await_zookeeper "$list" ${awaitSeconds}
`;
}

/** Restarts Exhibitor, and with it ZooKeeper, on the list that its configuration must hold already. */
export function restartScript(options: { readonly list: string; readonly aside: string | null }): string {
  return `${scriptOpening}${waysUp}list=${quote(options.list)}
${movingAside(options.aside)}finish_activation
[ "$(list_on_disk)" = "$list" ] || fail other-list "$(list_on_disk)"
enable_all
if exhibitor_runs; then
  text=$(systemctl restart dcos-exhibitor.service 2>&1) || fail restart "$text"
  say did 'Exhibitor restarted'
else
  start_all
fi
await_zookeeper "$list" ${awaitSeconds}
`;
}

/** What `dcos_node_upgrade.sh` is given: never a role, which makes it spin for ever from 1.13 on. */
export interface UpgradeOrder {
  readonly url: string;
  /** `dcos-config--setup_…`, which must be the active one afterwards. */
  readonly package: string;
  /** That which the cluster runs, before and after: a change of masters brings no other. */
  readonly version: string;
  /** `1:a,2:b`. */
  readonly list: string;
  /** Whether the script knows `--skip-checks`: its own checks can't pass while the gate of the services is closed. */
  readonly skipsChecks: boolean;
  readonly aside: string | null;
}

/**
 * Gives a master its new configuration. The script's exit status tells little (1.9: that Exhibitor answered; from 1.12 on
 * nothing), and it may wait for Exhibitor without end: it gets a time of its own, and what counts is the active package,
 * the list on disk, and a ZooKeeper that runs on it.
 */
export function upgradeScript(order: UpgradeOrder): string {
  const argument = order.skipsChecks ? ' --skip-checks' : '';
  return `${scriptOpening}${waysUp}list=${quote(order.list)}; package=${quote(order.package)}; url=${quote(order.url)}
${movingAside(order.aside)}finish_activation
has_new() { [ "$(configuration_package)" = "$package" ] && [ "$(list_on_disk)" = "$list" ]; }
if has_new; then
  say did "$package is active already"
  enable_all
  if exhibitor_runs && [ "$(list_loaded)" != "$list" ]; then
    text=$(systemctl restart dcos-exhibitor.service 2>&1) || fail restart "$text"
    say did 'Exhibitor restarted'
  fi
else
  [ -e /opt/mesosphere/environment.export ] || fail no-dcos 'there is no /opt/mesosphere/environment.export'
  enable_all
  folder=$(mktemp -d) || fail write 'no temporary folder'
  fetch "$url" "$folder/dcos_node_upgrade.sh"
  timeout -k 10 900 bash "$folder/dcos_node_upgrade.sh"${argument} >"$folder/output" 2>&1 </dev/null
  status=$?
  said=$(tail -c 1000 "$folder/output"); rm -rf "$folder"
  has_new || fail upgrade "status $status, active is $(configuration_package) with $(list_on_disk): $said"
  say did "dcos_node_upgrade.sh ended with status $status, $package is active"
fi
version=$(grep '"version"' /opt/mesosphere/etc/dcos-version.json 2>/dev/null | cut -d '"' -f 4)
[ "$version" = ${quote(order.version)} ] || fail other-version "$version"
exhibitor_runs || start_all
await_zookeeper "$list" ${awaitSeconds}
`;
}

/** What an install on a fresh host is given. */
export interface InstallOrder {
  readonly url: string;
  readonly address: string;
  readonly list: string;
  readonly stamp: string;
  readonly leftovers: 'refuse' | 'wipe';
  /** Members whose election port is open: the newcomer must reach it. */
  readonly reachable: readonly string[];
  /** Where the key of the operator's certificate authority must lie; null: DC/OS has one of its own. */
  readonly authorityKey: string | null;
}

/**
 * Installs a master on a clean host, or on one that this run may wipe. Reads `genconf/ip-detect` from its input: a host
 * that detects another address than the one in the list would run as a stranger. The stamp is written before the install:
 * data under it are never thrown away, and an install that was cut off before ZooKeeper's first start begins again.
 */
export function installScript(order: InstallOrder): string {
  return `${scriptOpening}${waysUp}${waysDown}${wiping}list=${quote(order.list)}; url=${quote(order.url)}
stamp=${quote(order.stamp)}; address=${quote(order.address)}; leftovers=${order.leftovers}
own() { [ "$(cat "$stamp_file" 2>/dev/null)" = "$stamp" ]; }
if own && { has_data || { exhibitor_runs && [ -n "$(list_on_disk)" ]; }; }; then
  say did 'this install was done before'
  finish_activation
  enable_all
  exhibitor_runs || start_all
  await_zookeeper "$list" ${awaitSeconds}
  exit 0
fi
if has_data || has_dcos; then
  own || [ "$leftovers" = wipe ] || fail leftovers 'an earlier DC/OS'
  own || ! exhibitor_runs || fail installed-otherwise 'its Exhibitor runs'
  wipe
fi
${order.authorityKey === null ? '' : holdsKey(order.authorityKey)}folder=$(mktemp -d) || fail write 'no temporary folder'
cat >"$folder/ip-detect"
detected=$(timeout 30 bash "$folder/ip-detect" 2>&1 </dev/null) || fail ip-detect "$detected"
[ "$detected" = "$address" ] || fail ip-detect "$detected"
say did "ip-detect prints $detected"
takes() { timeout 3 bash -c "</dev/tcp/$1/$2" 2>/dev/null; }
for port in 2181 2888 3888 8181 5050; do
  ! takes "$address" "$port" || fail port-taken "$port"
done
for member in ${quote(...order.reachable)}; do
  end=$(($(date +%s) + ${reachSeconds}))
  until takes "$member" 3888; do
    [ "$(date +%s)" -lt "$end" ] || fail unreachable "$member:3888"
    sleep 2
  done
done
fetch "$url" "$folder/dcos_install.sh"
timeout -k 10 300 bash "$folder/dcos_install.sh" --preflight-only master >"$folder/output" 2>&1 </dev/null
status=$?
[ "$status" -eq 0 ] || fail preflight "status $status: $(grep -a FAIL "$folder/output" | tail -n 5; tail -c 500 "$folder/output")"
say did 'the preflight of dcos_install.sh passes'
text=$(umask 022; mkdir -p /var/lib/dcos && printf %s "$stamp" >"$stamp_file" && sync 2>&1) || fail write "$text"
timeout -k 10 1200 bash "$folder/dcos_install.sh" master >"$folder/output" 2>&1 </dev/null
status=$?
said=$(tail -c 1000 "$folder/output"); rm -rf "$folder"
[ "$status" -eq 0 ] || fail install "status $status: $said"
[ -e /etc/mesosphere/roles/master ] || fail install 'it says that it is done, and there is no role file'
say did 'dcos_install.sh ended with status 0'
await_zookeeper "$list" ${awaitSeconds}
`;
}

/** Whose key it is was seen before: here, that nobody has taken it away since. */
function holdsKey(path: string): string {
  return `[ -s ${quote(path)} ] && [ "$(stat -L -c '%a %u' ${quote(path)})" = '600 0' ] || fail no-authority-key ${quote(path)}
`;
}

function movingAside(aside: string | null): string {
  return aside === null ? '' : `move_logs_aside ${quote(aside)}\n`;
}
