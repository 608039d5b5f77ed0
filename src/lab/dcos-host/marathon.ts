// Stand-in for DC/OS' Marathon: the list of apps, and who leads. `node marathon.js`.
//
// The apps are nodes below /marathon/apps of the real ZooKeeper, so a master that is replaced finds them again. The first
// Marathon of a cluster writes those of /var/lib/dcos/marathon/apps.json there, or a lab's usual ones.

import { setTimeout as sleep } from 'node:timers/promises';
import { createNode, deleteNode, listChildren, makeNode, readNode } from '../../probe/zookeeper-client.js';
import type { Connection } from '../../probe/zookeeper-connection.js';
import { hasCode } from '../../probe/zookeeper-error.js';
import { masterList, ownAddress, readText, say, thisHost } from './daemon/host.js';
import { zooKeeperSession } from './daemon/zookeeper-session.js';
import { isRecord, parseJson, textOf } from './web/json.js';
import { type App, sampleApps } from './web/sample-apps.js';
import { type Answer, type Call, json, plain, serve } from './web/serve.js';

const host = thisHost("DC/OS' Marathon, whose apps are data only");
const address = ownAddress(host);
const session = zooKeeperSession(() => [host.local], 10_000);
const appsRoot = '/marathon/apps';
const leaderRoot = '/marathon/leader';
const lookMs = host.timing('marathonLookMs', 5000);
let leader: string | null = null;
let joinedIn = 0;

await serve(host.everywhere, 8080, answer);
say(`Marathon at ${address}:8080`);
for (;;) {
  await session
    .use((connection) => takePart(connection))
    .catch(() => {
      leader = null;
    });
  await sleep(lookMs);
}

/** Stands for election once a session; whoever leads sees to it that there are apps. */
async function takePart(connection: Connection): Promise<void> {
  await makeNode(connection, leaderRoot);
  if (joinedIn !== session.incarnation()) {
    const data = Buffer.from(`${address}:8080`);
    await createNode(connection, `${leaderRoot}/member_`, data, 'ephemeral-sequential');
    joinedIn = session.incarnation();
  }
  const members = await listChildren(connection, leaderRoot);
  const [first] = members.value.toSorted();
  const { value } = await readNode(connection, `${leaderRoot}/${first}`);
  leader = value.toString('utf8');
  if (leader === `${address}:8080`) await seed(connection);
}

async function seed(connection: Connection): Promise<void> {
  await makeNode(connection, appsRoot);
  const { value } = await listChildren(connection, appsRoot);
  if (value.length > 0) return;
  for (const app of firstApps()) await create(connection, app);
}

function firstApps(): readonly App[] {
  const given = parseJson(readText(host.path('/var/lib/dcos/marathon/apps.json')) ?? '');
  const list = isRecord(given) ? given['apps'] : given;
  return Array.isArray(list) ? list.filter(isApp) : sampleApps(masterList(host));
}

function isApp(value: unknown): value is App {
  return isRecord(value) && textOf(value, 'id').startsWith('/');
}

async function create(connection: Connection, app: App): Promise<'made' | 'there'> {
  try {
    const path = `${appsRoot}/${encodeURIComponent(app.id)}`;
    await createNode(connection, path, Buffer.from(JSON.stringify(app)), 'persistent');
    return 'made';
  } catch (error) {
    if (hasCode(error, 'NODEEXISTS')) return 'there';
    throw error;
  }
}

async function answer(call: Call): Promise<Answer> {
  switch (call.path) {
    case '/ping':
      return plain('pong');
    case '/v2/info':
      return json({ name: 'marathon', leader, elected: leader === `${address}:8080` });
    case '/v2/leader':
      return leader === null ? json({ message: 'There is no leader' }, 404) : json({ leader });
    default:
      return answerApps(call);
  }
}

async function answerApps({ method, path, body }: Call): Promise<Answer> {
  const id = decodeURIComponent(path.replace(/^\/v2\/apps\/?/, ''));
  if (!path.startsWith('/v2/apps')) return plain('', 404);
  try {
    return await session.use(async (connection) => {
      if (method === 'POST') {
        const app = parseJson(body);
        if (!isApp(app)) return json({ message: 'Object is not valid' }, 422);
        const made = await create(connection, app);
        return made === 'made' ? json(app, 201) : json({ message: `${app.id} is there already` }, 409);
      }
      if (method === 'DELETE') {
        await deleteNode(connection, `${appsRoot}/${encodeURIComponent(`/${id}`)}`);
        return json({});
      }
      const apps = await readApps(connection);
      if (id === '') return json({ apps });
      const found = apps.find((app) => app.id === `/${id}`);
      return found === undefined
        ? json({ message: `App '/${id}' does not exist` }, 404)
        : json({ app: found });
    });
  } catch (error) {
    if (hasCode(error, 'NONODE')) return method === 'GET' ? json({ apps: [] }) : plain('', 404);
    return json({ message: 'Marathon cannot reach ZooKeeper' }, 503);
  }
}

async function readApps(connection: Connection): Promise<readonly App[]> {
  const { value: names } = await listChildren(connection, appsRoot);
  const nodes = await Promise.all(
    names.toSorted().map((name) => readNode(connection, `${appsRoot}/${name}`)),
  );
  return nodes.map(({ value }) => parseJson(value.toString('utf8'))).filter(isApp);
}
