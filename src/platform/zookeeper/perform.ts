// How each action is done on a host: one script each, safe to repeat.

import { describeEnsemble, idOf } from '../../model/ensemble.js';
import type { Address, Ensemble } from '../../model/ensemble.js';
import type { Action, ListAction, Outcome } from '../../run/platform.js';
import type { CommandResult, Transport } from '../../remote/transport.js';
import { actionScript } from './action-script.js';
import { changeList, isListAction } from './change-list.js';
import type { Cluster, Setting } from './cluster-file.js';
import { dialledEnsemble, fill, hostView } from './host-view.js';
import type { HostView } from './host-view.js';
import { observeHost } from './observe-host.js';
import { openPorts } from './open-ports.js';
import { outputLines } from './shell-facts.js';
import { withStaticList } from './static-list.js';
import { renderZooCfg, rewriteServers } from './zoo-cfg.js';

/** Stopping a server that hangs takes the longest: systemd waits 90 s before it kills. */
const timeoutMs = 150_000;

/** What a script needs of files: nothing, or the text of `zoo.cfg` and of `myid`. */
type Files =
  | { readonly kind: 'files'; readonly lines: readonly string[] }
  | { readonly kind: 'refused'; readonly outcome: Outcome };

/** Does the action. Never throws; `unknown` when we don't know whether the script ended. */
export async function perform(
  cluster: Cluster,
  transport: Transport,
  action: Action,
  signal: AbortSignal,
): Promise<Outcome> {
  if (isListAction(action)) return changeList(cluster, action, signal);
  const host = hostView(cluster, action.address);
  const stranger = [
    action.address,
    ...('ensemble' in action ? action.ensemble.map((one) => one.address) : []),
  ].find((address) => !cluster.hosts.some((known) => known.address === address));
  if (host === undefined || stranger !== undefined) {
    return failed(
      `the cluster file has no host ${stranger}`,
      'add it to `hosts` in the cluster file, then go on',
    );
  }
  const files = await filesFor(cluster, transport, host, action, signal);
  if (files.kind === 'refused') return files.outcome;
  const stdin = files.lines.map((text) => `${Buffer.from(text).toString('base64')}\n`).join('');
  const result = await transport.run(host.dial, actionScript(host, action), { stdin, timeoutMs, signal });
  const outcome = outcomeOf(host, result);
  if (action.kind !== 'fence' || outcome.kind !== 'done') return outcome;
  return fenceOutcome(cluster, host, outcome.evidence, signal);
}

async function filesFor(
  cluster: Cluster,
  transport: Transport,
  host: HostView,
  action: Exclude<Action, ListAction>,
  signal: AbortSignal,
): Promise<Files> {
  switch (action.kind) {
    case 'install':
      return filesOf(newZooCfg(cluster, host, action.ensemble), action, [action.stamp]);
    case 'join': {
      const text = action.leftovers === 'keep' ? await zooCfgOf(cluster, transport, host, signal) : null;
      const known = newZooCfg(cluster, host, action.ensemble);
      return filesOf(text === null ? known : withStaticList(text, known), action, [action.stamp]);
    }
    case 'upgrade': {
      const seen = await observeHost(cluster, transport, action.address, signal);
      if (seen.kind === 'unknown') {
        const remedy = 'see that the host answers, then go on';
        return { kind: 'refused', outcome: { kind: 'failed', reason: seen.reason, evidence: [], remedy } };
      }
      if (seen.zooCfg === null) {
        const remedy = `see that ${host.address} is a member, and that paths.configuration is right`;
        return { kind: 'refused', outcome: failed(`there is no ${host.configurationPath}`, remedy) };
      }
      const rewritten = rewriteServers(
        seen.zooCfg,
        dialledEnsemble(cluster, action.ensemble),
        cluster.zookeeper,
      );
      if (rewritten.kind === 'unsupported') {
        const remedy = 'change this ensemble by hand: its list is not a static one of plain voters';
        return { kind: 'refused', outcome: failed(`${host.configurationPath}: ${rewritten.reason}`, remedy) };
      }
      return filesOf(rewritten.text, action, []);
    }
    case 'stop':
    case 'fence':
    case 'start':
      return { kind: 'files', lines: [] };
  }
}

/** The host's own `zoo.cfg`; null when there is none, or none that can be read. */
async function zooCfgOf(
  cluster: Cluster,
  transport: Transport,
  host: HostView,
  signal: AbortSignal,
): Promise<string | null> {
  const seen = await observeHost(cluster, transport, host.address, signal);
  return seen.kind === 'unknown' ? null : seen.zooCfg;
}

function filesOf(
  zooCfg: string,
  { address, ensemble }: { readonly address: Address; readonly ensemble: Ensemble },
  more: readonly string[],
): Files {
  const id = idOf(ensemble, address);
  if (id === undefined) {
    const remedy = 'this is a fault of the plan: make a new one';
    return { kind: 'refused', outcome: failed(`${describeEnsemble(ensemble)} lacks ${address}`, remedy) };
  }
  return { kind: 'files', lines: [zooCfg, `${id}\n`, ...more] };
}

function newZooCfg(cluster: Cluster, host: HostView, ensemble: Ensemble): string {
  const { settings, clientPort } = cluster.zookeeper;
  const known = cluster.hosts.find((candidate) => candidate.address === host.address);
  const filled: Record<string, Setting> = {};
  for (const [key, value] of Object.entries(settings)) {
    filled[key] =
      typeof value === 'string' && known !== undefined ? fill(value, known, (text) => text) : value;
  }
  return renderZooCfg({
    settings: filled,
    clientPort,
    dataDirectory: host.dataDirectory,
    dataLogDirectory: host.dataLogDirectory,
    ensemble: dialledEnsemble(cluster, ensemble),
    ports: cluster.zookeeper,
  });
}

/** A host that says that nothing runs may still be wrong: nothing may answer at its ports either. */
async function fenceOutcome(
  cluster: Cluster,
  host: HostView,
  evidence: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { clientPort, quorumPort, electionPort } = cluster.zookeeper;
  const ports = [clientPort, quorumPort, electionPort];
  const open = await openPorts(host.dial, ports, signal);
  if (signal.aborted) {
    return {
      kind: 'unknown',
      reason: 'stopped while its ports were tried',
      evidence,
      remedy: 'go on: it is tried again',
    };
  }
  if (open.length === 0)
    return { kind: 'done', evidence: [...evidence, `no connection to ${ports.join(', ')}`] };
  const reason = `${host.dial} still takes connections at ${open.join(', ')}`;
  return { kind: 'failed', reason, evidence, remedy: 'find and stop what listens there, then go on' };
}

function outcomeOf(host: HostView, result: CommandResult): Outcome {
  const remedy = `look at ${host.address}, then go on`;
  if (result.kind === 'unknown') return { kind: 'unknown', reason: result.reason, evidence: [], remedy };
  const lines = outputLines(result.stdout);
  const evidence = lines.filter(([key]) => key === 'did').map(([, value]) => value);
  if (result.status === 0) return { kind: 'done', evidence };
  const code = lines.find(([key]) => key === 'failed')?.[1];
  const detail = lines.find(([key]) => key === 'detail')?.[1] ?? result.stderr.trim().slice(-500);
  return { kind: 'failed', evidence, ...explain(host, code, detail) };
}

function explain(
  host: HostView,
  code: string | undefined,
  detail: string,
): { readonly reason: string; readonly remedy: string } {
  const { address, dataDirectory } = host;
  switch (code) {
    case 'leftovers':
      return {
        reason: `${dataDirectory} on ${address} holds the data of an earlier ZooKeeper`,
        remedy: `save what you need of ${dataDirectory} and empty it, or let the run wipe it`,
      };
    case 'installed-otherwise':
      return {
        reason: `a server that this step did not install runs on ${address} (process ${detail})`,
        remedy: 'find out what it is, and stop it',
      };
    case 'busy':
      return {
        reason: `an earlier script of ours is still at work on ${address}`,
        remedy: 'wait until it has ended, then go on',
      };
    case 'still-running':
      return {
        reason: `the server on ${address} still runs (process ${detail})`,
        remedy: 'see why the stop command left it, stop it by hand, then go on',
      };
    case 'not-running':
      return {
        reason: `the start command succeeded, but no server runs on ${address}`,
        remedy: "read the server's log there; its configuration may be wrong",
      };
    case 'write':
      return { reason: `can't write on ${address}: ${detail}`, remedy: 'see to space and permissions there' };
    case undefined:
      return { reason: `the script broke off: ${detail}`, remedy: `look at ${address}, then go on` };
    default:
      return {
        reason: `'${code}' failed on ${address}: ${detail}`,
        remedy: 'try the command by hand, then go on',
      };
  }
}

function failed(reason: string, remedy: string): Outcome {
  return { kind: 'failed', reason, evidence: [], remedy };
}
