// What does a person's `genconf/` look like? Comments, blank lines, and a list in the order in which hosts arrived.

import type { LabOrder } from './lab-order.js';

/** `genconf/config.yaml` of a static cluster, with the keys of the vendor's sample. */
export function personConfig(order: LabOrder): string {
  return [
    '---',
    '# Managed by hand. Ask in #platform before you change the list of masters!',
    `bootstrap_url: http://${order.bootstrap}:80`,
    'cluster_name: lab',
    '',
    '# The masters. Their order here means nothing: the generator sorts them.',
    'master_discovery: static',
    'exhibitor_storage_backend: static',
    ...list('master_list', order.masters),
    '',
    ...list('agent_list', order.privateAgents),
    ...list('public_agent_list', order.publicAgents),
    '',
    "# Upstream of the cluster's own DNS",
    ...list('resolvers', order.resolvers),
    ...(order.variant === 'enterprise' ? enterpriseKeys(order) : ["oauth_enabled: 'false'"]),
    "telemetry_enabled: 'false'",
    ...Object.entries(order.extra ?? {}).map(([key, value]) => `${key}: ${value}`),
    '',
  ].join('\n');
}

function list(key: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${key}:`, ...items.map((item) => `- ${item}`)];
}

function enterpriseKeys(order: LabOrder): readonly string[] {
  return ['', '# Enterprise', `security: ${order.security}`, 'superuser_username: bootstrapuser'];
}

/** `genconf/ip-detect`: prints the address of the host's interface. */
export const personIpDetect = `#!/usr/bin/env bash
# Prints the address by which the other nodes of the cluster know this one.
set -o nounset -o errexit -o pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
ip -4 -o addr show scope global | awk 'NR == 1 { split($4, part, "/"); print part[1] }'
`;
