// What a script's failure code means for a person, and what to do about it.

/** Reason and remedy of a failure. */
export interface Explanation {
  readonly reason: string;
  readonly remedy: string;
}

/** `detail` is what the script saw. */
export function explainFailure(address: string, code: string | undefined, detail: string): Explanation {
  const explain = code === undefined ? undefined : explanations[code];
  if (explain !== undefined) return explain(address, detail);
  const what = code === undefined ? 'the script broke off' : `'${code}' failed`;
  return {
    reason: `${what} on ${address}: ${detail}`,
    remedy: `look at ${address}, then go on`,
  };
}

const explanations: Readonly<Record<string, (address: string, detail: string) => Explanation>> = {
  'still-running': (address, detail) => ({
    reason: `${address} is not down: ${detail}`,
    remedy: `see why systemd does not stop it (systemctl status, on ${address}), stop it by hand, then go on`,
  }),
  disable: (address, detail) => ({
    reason: `DC/OS on ${address} would come back after a reboot: ${detail}`,
    remedy: `disable dcos.target and dcos-setup on ${address}, then go on`,
  }),
  leftovers: (address) => ({
    reason: `${address} holds an earlier DC/OS, or its data`,
    remedy: `save what you need of it, uninstall it (or take a fresh host), then go on`,
  }),
  'installed-otherwise': (address) => ({
    reason: `a DC/OS that this step did not install runs on ${address}`,
    remedy: 'find out what it is, and stop it',
  }),
  'ip-detect': (address, detail) => ({
    reason: `genconf/ip-detect on ${address} prints '${detail}', not its address: it would run as a stranger`,
    remedy: `correct genconf/ip-detect (for all hosts alike) or the address in the plan; nothing was installed`,
  }),
  'port-taken': (address, detail) => ({
    reason: `something listens at port ${detail} of ${address}`,
    remedy: 'stop it: ZooKeeper, Exhibitor and Mesos need their ports; nothing was installed',
  }),
  unreachable: (address, detail) => ({
    reason: `${address} does not reach ${detail}`,
    remedy: 'open ports 2181, 2888, 3888 and 5050 between all masters, both ways; nothing was installed',
  }),
  download: (address, detail) => ({
    reason: `${address} can't download ${detail}`,
    remedy: 'see that the bootstrap node serves genconf/serve (its nginx), then go on',
  }),
  'no-authority-key': (address, detail) => ({
    reason: `${address} has no ${detail} that is root's alone: DC/OS could not sign its certificates`,
    remedy: 'resume: the key is put there before the steps of the stage; nothing was installed',
  }),
  preflight: (address, detail) => ({
    reason: `the preflight of dcos_install.sh fails on ${address}: ${detail}`,
    remedy: 'set right what it names; nothing was installed',
  }),
  install: (address, detail) => ({
    reason: `dcos_install.sh failed on ${address}: ${detail}`,
    remedy: `see journalctl -u dcos-setup on ${address}, then go on: the host is wiped and installed again`,
  }),
  upgrade: (address, detail) => ({
    reason: `dcos_node_upgrade.sh did not activate the new configuration on ${address}: ${detail}`,
    remedy: 'set right what it says, then go on: it is safe to repeat',
  }),
  'other-list': (address, detail) => ({
    reason: `the configuration of ${address} holds another list: ${detail === '' ? 'none' : detail}`,
    remedy: 'see whether somebody else generates configurations for this cluster, then go on',
  }),
  'other-version': (address, detail) => ({
    reason: `${address} runs DC/OS ${detail === '' ? 'of no version' : detail} now, which is not that of the cluster`,
    remedy: 'upgrade no other master; see whose generator made the script, then go on or roll back',
  }),
  'not-running': (address, detail) => ({
    reason: `ZooKeeper was not started on ${address} with its list in time: ${detail}`,
    remedy: `read journalctl -u dcos-exhibitor on ${address}, then go on`,
  }),
  activation: (address, detail) => ({
    reason: `an activation of packages was cut off on ${address}, and is not finished by dcos-setup: ${detail}`,
    remedy: `run /opt/mesosphere/bin/pkgpanda setup on ${address}, then go on`,
  }),
  write: (address, detail) => ({
    reason: `can't write on ${address}: ${detail}`,
    remedy: 'see to space and permissions there, then go on',
  }),
};
