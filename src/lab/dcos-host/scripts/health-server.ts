// What does the diagnostics' port 1050 answer? (dcos/3dt `api/structures.go`)

import { createServer } from 'node:http';
import { hostname, loadavg, totalmem, freemem, uptime } from 'node:os';
import { masterList } from './master-role.js';
import { detectedAddress } from './node-checks.js';
import { unitsHealth } from './unit-health.js';

/** Serves `/system/health/v1` until the process ends. */
export function serveHealth(node: { readonly role: 'master' | 'agent'; readonly version: string }): void {
  const server = createServer((request, response) => {
    const document = answerTo(request.url ?? '', node);
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(document === undefined ? '' : JSON.stringify(document));
  });
  server.listen(1050, '0.0.0.0');
}

function answerTo(path: string, node: Parameters<typeof serveHealth>[0]): unknown {
  const units = unitsHealth();
  const health = units.some((unit) => unit.health !== 0) ? 1 : 0;
  const ip = detectedAddress() ?? '';
  switch (path.replace(/\/$/, '')) {
    case '/system/health/v1':
      return {
        units,
        system: { memory: { total: totalmem(), free: freemem() }, load_avarage: loadavg(), uptime: uptime() },
        hostname: hostname(),
        ip,
        dcos_version: node.version,
        node_role: node.role,
        mesos_id: '',
        '3dt_version': '0.0.0-stand-in',
      };
    case '/system/health/v1/nodes': {
      // A node that is not asked is unknown: 3.
      const others = masterList().filter((address) => address !== ip);
      return {
        nodes: [
          { host_ip: ip, health, role: node.role },
          ...others.map((address) => ({ host_ip: address, health: 3, role: 'master' })),
        ],
      };
    }
    case '/system/health/v1/units':
      return {
        units: units.map(({ id, name, health: own, description }) => ({
          id,
          name,
          health: own,
          description,
        })),
      };
    default:
      return undefined;
  }
}
