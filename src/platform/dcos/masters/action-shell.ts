// The shell functions that change a master: down, up, and back to an empty disk.

/** systemd waits 90 s for a unit before it kills it, and a master has dozens that wait for each other. */
const stopSeconds = [240, 60] as const;
/** What was left in the middle of its stop has ended by then, in s. */
const endSeconds = 30;

/**
 * - `stop_all`: every unit that dcos.target wants is stopped, and `must_be_down` holds. A socket or timer may have woken one
 *   before its own stop came: there is a second round.
 * - `left_running`: the units that run, of those that dcos.target wants and of the voters: `A is active, B is activating`.
 *   One that is inactive or has failed does not run, by design or not.
 * - `must_be_down`: ends the script when anything of a master still runs.
 * - `voters_must_be_down`: the same of Exhibitor, Mesos and ZooKeeper alone.
 * - `tell_down`: says what `must_be_down` saw.
 * - `disable_all`: nothing of DC/OS comes back after a reboot.
 */
export const waysDown: string = `voters='dcos-exhibitor.service dcos-mesos-master.service'
read_units() {
  units=$(property Wants dcos.target) || fail systemctl "$units"
  set -f
  set -- $units
  set +f
  wanted=$#
}
running_of() {
  set -f
  for unit in $1; do
    state=$(unit_state "$unit")
    case $state in inactive | failed) ;; *) printf '%s is %s\n' "$unit" "$state" ;; esac
  done | sort -u | tr '\n' ',' | sed 's/,$//; s/,/, /g'
  set +f
}
left_running() { running_of "$units $voters"; }
voters_must_be_down() {
  left=$(running_of "$voters")
  [ -z "$left" ] || fail still-running "$left"
  ! find_zookeeper || fail still-running "a ZooKeeper, process $pid"
}
must_be_down() {
  read_units
  end=$(($(date +%s) + ${endSeconds}))
  while left=$(left_running); do
    case $left in *' is deactivating'*) ;; *) break ;; esac
    [ "$(date +%s)" -lt "$end" ] || break
    sleep 1
  done
  [ -z "$left" ] || fail still-running "$left"
  ! find_zookeeper || fail still-running "a ZooKeeper, process $pid"
}
stop_all() {
  read_units
  asked=$units
  [ -n "$asked" ] || ! exhibitor_runs || asked=dcos-exhibitor.service
  for seconds in ${stopSeconds.join(' ')}; do
    [ -n "$asked" ] && [ -n "$(running_of "$asked")" ] || break
    set -f
    said=$(timeout "$seconds" systemctl stop -- $asked 2>&1)
    status=$?
    set +f
    [ -z "$said" ] || say did "systemctl stop said: $(printf %s "$said" | tail -c 300)"
    [ "$status" -ne 124 ] || say did "systemctl stop had not ended after $seconds s"
  done
  must_be_down
}
tell_down() {
  if [ "$wanted" -gt 0 ]; then say did "none of the $wanted units of dcos.target runs, nor a ZooKeeper"
  else say did 'neither Exhibitor nor Mesos runs, nor a ZooKeeper; dcos.target wants no unit'; fi
}
disable_all() {
  for unit in dcos.target dcos-setup.service; do
    said=$(systemctl disable "$unit" 2>&1)
  done
  ! comes_back || fail disable "$said"
}
`;

/**
 * - `fetch URL FILE`: downloads, or ends the script.
 * - `move_logs_aside MARK`: Mesos' replicated logs get another name, so that its replicas start empty: one that comes back
 *   with what it had may vote for what the others have since agreed otherwise (docs/replicated-log-internals.md in Mesos).
 * - `finish_activation`: has an activation of packages that was cut off finished by what does so at boot.
 * - `enable_all`, `start_all`: DC/OS comes back after a reboot; DC/OS starts.
 * - `await_zookeeper LIST SECONDS`: until Exhibitor runs with this list and has started ZooKeeper on it. Whether that one
 *   can join is for the gate to see.
 */
export const waysUp: string = `fetch() {
  text=$(curl -fsS --connect-timeout 10 --max-time 120 --retry 3 --retry-delay 2 -o "$2" "$1" 2>&1) ||
    fail download "$1: $text"
}
move_logs_aside() {
  for path in /var/lib/dcos/mesos/master/replicated_log /var/lib/dcos/mesos/master/overlay_replicated_log; do
    [ -e "$path" ] || continue
    case $(unit_state dcos-mesos-master.service) in
      inactive | failed) ;;
      *) ls -d "$path".succession-* >/dev/null 2>&1 && continue; fail logs-in-use "$path" ;;
    esac
    text=$(mv "$path" "$path.$1" 2>&1) || fail write "$text"
    say did "moved $path aside"
  done
}
finish_activation() {
  [ -e /opt/mesosphere/install_progress ] || return 0
  text=$(timeout 300 systemctl restart dcos-setup.service 2>&1)
  [ ! -e /opt/mesosphere/install_progress ] || fail activation "$text"
  say did 'an activation that was cut off is finished'
}
enable_all() {
  text=$(systemctl enable dcos.target 2>&1) || fail enable "$text"
  text=$(systemctl enable dcos-setup.service 2>&1) || say did "dcos-setup stays as it is: $text"
}
start_all() {
  text=$(systemctl start --no-block dcos.target 2>&1) || fail start "$text"
  sleep 1
  if ! exhibitor_runs; then
    text=$(systemctl start --no-block dcos-exhibitor.service 2>&1) || fail start "$text"
  fi
  say did 'started'
}
await_zookeeper() {
  end=$(($(date +%s) + $2))
  while :; do
    state=$(unit_state dcos-exhibitor.service)
    if [ "$state" = active ] && [ "$(list_loaded)" = "$1" ] && [ "$(list_of_zookeeper)" = "$1" ] && find_zookeeper; then
      say did "Exhibitor runs, and has started ZooKeeper on $1, process $pid"
      return 0
    fi
    [ "$(date +%s)" -lt "$end" ] || fail not-running "Exhibitor is $state with $(list_loaded); zoo.cfg holds $(list_of_zookeeper)"
    sleep 1
  done
}
`;

/**
 * - `wipe`: takes DC/OS and its data off the host. The operator's own certificate authority stays (`pki`): its key must
 *   lie there before an install.
 */
export const wiping: string = `wipe() {
  stop_all
  if [ -x /opt/mesosphere/bin/pkgpanda ]; then
    said=$(/opt/mesosphere/bin/pkgpanda uninstall 2>&1) || say did "pkgpanda uninstall said: $(printf %s "$said" | tail -c 300)"
  fi
  for unit in dcos.target dcos-setup.service dcos-download.service dcos-link-env.service; do
    said=$(systemctl disable --now "$unit" 2>&1)
  done
  rm -f "$stamp_file"
  rm -rf /opt/mesosphere /etc/mesosphere /var/lib/mesos /run/dcos /etc/profile.d/dcos.sh 2>/dev/null
  rm -rf /etc/systemd/system/dcos.target.wants 2>/dev/null
  rm -rf /etc/systemd/system/dcos.target /etc/systemd/system/dcos-* /etc/systemd/system/*.wants/dcos[.-]* 2>/dev/null
  [ ! -d /var/lib/dcos ] || find /var/lib/dcos -mindepth 1 -maxdepth 1 ! -name pki -exec rm -rf {} +
  systemctl daemon-reload
  systemctl reset-failed 'dcos-*' >/dev/null 2>&1
  if has_dcos || has_data; then fail wipe 'something of DC/OS can not be removed'; fi
  sync
  say did 'wiped'
}
`;
