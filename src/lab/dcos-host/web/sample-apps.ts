// Which apps does a new cluster of a lab have? Some name a master by its address, for an audit to find.

/** An app as Marathon's API has it. */
export interface App {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Two apps that name no master, and three that do: in a setting, in a command, in a health check. */
export function sampleApps(masters: readonly string[]): readonly App[] {
  const [first = '127.0.0.1'] = masters;
  const last = masters.at(-1) ?? first;
  const servers = masters.map((address) => `${address}:2181`).join(',');
  return [
    app('/shop/web', { cmd: 'serve --port $PORT0' }),
    app('/shop/search', { cmd: 'search', env: { ZOOKEEPER: 'zk-1.zk:2181,zk-2.zk:2181/search' } }),
    app('/data/kafka', { cmd: 'kafka-server-start', env: { KAFKA_ZOOKEEPER_CONNECT: `${servers}/kafka` } }),
    app('/ops/metrics', { cmd: `ship --mesos http://${last}:5050/metrics/snapshot` }),
    app('/ops/watch', {
      cmd: 'watch',
      labels: { HAPROXY_0_VHOST: 'watch.example.com', DCOS_MASTER: first },
      healthChecks: [{ protocol: 'COMMAND', command: { value: `curl -f http://${first}/metadata` } }],
    }),
  ];
}

function app(id: string, fields: Readonly<Record<string, unknown>>): App {
  return { id, instances: 1, cpus: 0.1, mem: 128, tasksRunning: 1, ...fields };
}
