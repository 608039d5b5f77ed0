// Which checks does a node run after its start, and what do they find? (`gen/dcos-config.yaml`, dcos/dcos-checks)

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { dcosVersion } from '../../../platform/dcos/versions.js';
import { ask } from '../web/ask.js';
import { newToken, tokenSecretFile } from '../web/cluster-token.js';
import { fieldOf } from './host-file.js';
import { unitsHealth } from './unit-health.js';

/** 0 well, 1 warning, 2 failure, 3 unknown. */
export interface CheckResult {
  readonly output: string;
  readonly status: 0 | 1 | 2 | 3;
}

/** A check by its name in DC/OS. */
export interface NodeCheck {
  readonly name: string;
  readonly description: string;
  readonly perform: () => CheckResult | Promise<CheckResult>;
}

const well = (output: string): CheckResult => ({ output, status: 0 });
const failed = (output: string): CheckResult => ({ output, status: 2 });

/** The `node-poststart` checks of a role. None of them looks at ZooKeeper's members, nor at the overlay's log. */
export function nodeChecks(role: 'master' | 'agent', version: string): readonly NodeCheck[] {
  const isModern = dcosVersion(version)?.checkTool === 'dcos-check-runner' && !version.startsWith('1.12');
  const commands = ['xz', 'tar', 'curl', 'unzip'].map((command) => ({
    name: command,
    description: `The ${command} utility is available`,
    perform: () => commandExists(command),
  }));
  return [
    { name: `components_${role}`, description: 'All DC/OS components are healthy', perform: components },
    ...commands,
    {
      name: 'ip_detect_script',
      description: 'The IP detect script produces valid output',
      perform: ipDetect,
    },
    ...(role === 'master'
      ? [
          {
            name: 'mesos_master_replog_synchronized',
            description: 'The Mesos master has synchronized its replicated log',
            perform: () =>
              mesosMetric(5050, 'registrar/log/recovered', 'Mesos master log is not synchronized'),
          },
        ]
      : [
          {
            name: 'mesos_agent_registered_with_masters',
            description: 'The Mesos agent has registered with the masters',
            perform: () => mesosMetric(5051, 'slave/registered', 'Mesos agent is not registered'),
          },
        ]),
    {
      name: 'journald_dir_permissions',
      description: 'Journald directory has the right owners',
      perform: journal,
    },
    { name: 'clock_sync', description: 'System clock is in sync', perform: clock },
    ...(isModern
      ? [
          {
            name: 'docker',
            description: 'The docker utility is available',
            perform: () => commandExists('docker'),
          },
        ]
      : []),
    ...(isModern && role === 'master'
      ? [
          {
            name: 'cockroachdb_replication',
            description: 'CockroachDB is fully replicated',
            perform: cockroachReplication,
          },
        ]
      : []),
  ];
}

function components(): CheckResult {
  const ill = unitsHealth().filter((unit) => unit.health !== 0);
  return ill.length === 0 ? well('') : failed(ill.map((unit) => `${unit.id}: ${unit.output}`).join('\n'));
}

function commandExists(command: string): CheckResult {
  const found = (process.env['PATH'] ?? '/usr/bin:/bin')
    .split(':')
    .map((folder) => `${folder}/${command}`)
    .find((path) => existsSync(path));
  return found === undefined ? failed(`${command} is not in PATH`) : well(found);
}

/** The address that the node takes for its own, or undefined. */
export function detectedAddress(): string | undefined {
  const ended = spawnSync('/opt/mesosphere/bin/detect_ip', { encoding: 'utf8', timeout: 10_000 });
  const address = ended.stdout?.trim();
  return ended.status === 0 && isIPv4(address) ? address : undefined;
}

function ipDetect(): CheckResult {
  const address = detectedAddress();
  return address === undefined ? failed('detect_ip prints no IPv4 address') : well(address);
}

async function mesosMetric(port: number, key: string, complaint: string): Promise<CheckResult> {
  const address = detectedAddress();
  if (address === undefined) return failed('detect_ip prints no IPv4 address');
  try {
    const secret = tokenSecret();
    const scheme = secret === null ? 'http' : 'https';
    const heard = await ask(`${scheme}://${address}:${port}/metrics/snapshot`, {
      headers:
        secret === null ? {} : { Authorization: `token=${newToken(secret, 'checks', Date.now() + 60_000)}` },
      connectMs: 5000,
      readMs: 5000,
    });
    if (heard.kind === 'failed') return failed(`${complaint}: ${heard.reason}`);
    return fieldOf(JSON.parse(heard.body), key) === 1 ? well(`${key} is 1`) : failed(complaint);
  } catch (error) {
    return failed(`${complaint}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The real check has a service account; null unless security is strict. */
function tokenSecret(): string | null {
  try {
    const mode = readFileSync('/opt/mesosphere/etc/security-mode', 'utf8').trim();
    return mode === 'strict' ? readFileSync(tokenSecretFile, 'utf8').trim() : null;
  } catch {
    return null;
  }
}

async function cockroachReplication(): Promise<CheckResult> {
  try {
    const answer = await fetch('http://127.0.0.1:8090/_status/nodes', { signal: AbortSignal.timeout(5000) });
    const text = await answer.text();
    if (answer.status !== 200) return failed(text);
    // Each range is counted by one node: any number but 0 is one too many.
    const lacking = /"ranges\.(?:underreplicated|unavailable)":[1-9]/.test(text);
    return lacking ? failed('CockroachDB has underreplicated ranges') : well('no underreplicated ranges');
  } catch (error) {
    return failed(`CockroachDB does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function journal(): CheckResult {
  const folder = ['/var/log/journal', '/run/log/journal'].find((path) => existsSync(path));
  if (folder === undefined) return failed('no journal directory');
  return statSync(folder).isDirectory() ? well(folder) : failed(`${folder} is no directory`);
}

/**
 * The real check asks the kernel whether its clock is synchronised. Hosts of a lab share one kernel, and a skewed one
 * only believes another time: it is compared with the bootstrap node's, where that answers.
 */
async function clock(): Promise<CheckResult> {
  const largestSkewMs = 2000;
  try {
    const url = readFileSync('/etc/mesosphere/setup-flags/repository-url', 'utf8').trim();
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    const skewMs = Date.now() - Date.parse(answer.headers.get('date') ?? '');
    if (Math.abs(skewMs) > largestSkewMs) return failed(`Clock is not synchronized: off by ${skewMs} ms`);
  } catch {
    // Nothing to compare with.
  }
  return well('Clock is synced');
}
