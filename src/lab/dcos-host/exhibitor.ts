// Stand-in for Exhibitor 1.5.6-SNAPSHOT of dcos/exhibitor and for DC/OS' start_exhibitor.py. `node exhibitor.js`.
//
// ZooKeeper is real. The list of servers is read from the environment once, at the start: nothing but a restart of this
// program changes it. Why this is no real Exhibitor: docs/decisions/0008-exhibitor-in-the-lab.md.

import { ownAddress, giveUp, readText, say, thisHost, writeText } from './daemon/host.js';
import { clientTls, readArtifacts } from './exhibitor/artifacts.js';
import { startWith, specOf } from './exhibitor/ensemble-spec.js';
import { check, downLimitMs, latent, lookFrom, stateDescriptions } from './exhibitor/instance.js';
import { fourLetterWord } from './exhibitor/observed-zookeeper.js';
import { answer, type Deed, type Exhibitor } from './exhibitor/rest.js';
import { javaDate, settingsOf } from './exhibitor/zoo-cfg.js';
import { zooKeeperPaths, zooKeeperProcess } from './exhibitor/zookeeper-process.js';
import { serve } from './web/serve.js';

const host = thisHost('Exhibitor 1.5.6-SNAPSHOT of dcos/exhibitor, with a real ZooKeeper');
const hostname = ownAddress(host);
const start = startWith({
  spec: process.env['EXHIBITOR_STATICENSEMBLE'] ?? '',
  masterCount: Number(readText(host.path('/opt/mesosphere/etc/master_count'))?.trim()),
  address: hostname,
  stranger: host.version.stranger,
});
if (start.kind === 'refuse') giveUp(start.message);

const { ensemble, ownId } = start;
/** From 2.0 on; without them it speaks plainly. */
const artifacts = readArtifacts(host);
const checkMs = host.timing('exhibitorCheckMs', ensemble.length === 1 ? 2000 : 30_000);
const paths = zooKeeperPaths(host);
const settings = settingsOf(Number(host.version.version.split('.')[0]));
/** A host that shares its machine with others listens at its own addresses only. */
const alone = {
  ...settings,
  quorumListenOnAllIPs: 'false',
  clientPortAddress: host.local,
};
const zookeeper = zooKeeperProcess({
  host,
  paths,
  ensemble,
  ownId,
  settings: host.everywhere === '0.0.0.0' ? settings : alone,
});
let instance = latent;
let work: Promise<void> = Promise.resolve();
const log: string[] = [];

const exhibitor: Exhibitor = {
  hostname,
  ensemble,
  ownId,
  local: host.local,
  password: adminPassword(),
  tls: artifacts === null ? null : clientTls(artifacts),
  checkMs,
  settings,
  paths,
  zookeeperHome: host.path(`/usr/lib/zookeeper/${host.version.zookeeper}`),
  switches: { restarts: true, cleanup: true, backups: true },
  log,
  instance: () => instance,
  queue: (deed) => queue(() => perform(deed)),
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
writeText(
  host.path('/run/dcos_exhibitor/exhibitor_defaults.conf'),
  `zookeeper-data-directory=${paths.data}\nzookeeper-log-directory=${paths.log}\ncheck-ms=${checkMs}\n`,
);
const secured =
  artifacts === null
    ? undefined
    : { key: artifacts.server.key, cert: artifacts.server.certificate, ca: artifacts.root };
await serve(host.everywhere, 8181, (call) => answer(exhibitor, call), secured);
note(`Exhibitor started as ${hostname}, ensemble ${specOf(ensemble)}, a check each ${checkMs} ms`);
if (ownId === undefined) note('Starting in standalone mode');
setInterval(() => queue(look), checkMs);

/** One look at the server; what follows from it is in `exhibitor/instance.ts`. */
async function look(): Promise<void> {
  const [ruok, srvr] = await Promise.all([
    fourLetterWord(host.local, 'RUOK'),
    fourLetterWord(host.local, 'SRVR'),
  ]);
  const { restarts } = exhibitor.switches;
  const rules = { downLimitMs: downLimitMs(settings), restarts, member: ownId !== undefined };
  const next = check(instance, lookFrom(ruok, srvr), performance.now(), rules);
  if (next.instance.code !== instance.code) note(`State: ${stateDescriptions[next.instance.code]}`);
  instance = next.instance;
  if (next.restart) await perform('restart');
}

async function perform(deed: Deed): Promise<void> {
  if (deed === 'stop') {
    note('Killing any running server');
    await zookeeper.kill();
  } else {
    note('Attempting to start/restart ZooKeeper');
    await zookeeper.restart();
  }
}

/** One deed after the other: two of them never start a server side by side. */
function queue(deed: () => Promise<void>): void {
  work = work.then(deed).catch((error: unknown) => note(`ERROR: ${String(error)}`));
}

async function end(): Promise<never> {
  await zookeeper.kill();
  process.exit(0);
}

function note(message: string): void {
  log.push(`${javaDate(new Date())}\tINFO\t${message}`);
  if (log.length > 1000) log.shift();
  say(message);
}

/** `exhibitor_admin_password` as the configuration package leaves it: the password, or `admin:` and the password. */
function adminPassword(): string | null {
  const text = readText(host.path('/opt/mesosphere/etc/exhibitor-auth'))?.trim() ?? '';
  return text === '' ? null : text.replace(/^admin:/, '');
}
