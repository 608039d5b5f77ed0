// What runs on hosts to find files that hold a master's address. Reads only, and not for long.

import { quote } from '../../remote/quote.js';
import type { BootstrapFolder } from './bootstrap-scripts.js';

/** Files of that size and larger are no configuration. */
const largestKiB = 1024;
/** For one host. */
const limitSeconds = 90;
/** Hits that are told of one host. */
export const mostHits = 200;

/**
 * Left out is what DC/OS writes itself and brings up to date with each configuration: `packages/dcos-config--setup_…` with
 * the lists and `etc/exhibitor`, and `/etc/resolv.conf`. Of other packages only `etc/` can have been edited by a person.
 * Links are not followed: all of `/opt/mesosphere/etc` leads into packages.
 */
const trees = `/etc /opt/mesosphere /opt/mesosphere/packages/*/etc \
/var/lib/dcos/mesos-slave-common /var/lib/dcos/mesos-resources`;
const leftOut = `-path /opt/mesosphere/packages -o -path /etc/resolv.conf \
-o -path '/opt/mesosphere/packages/dcos-config--*' -o -path '/opt/mesosphere/packages/dcos-metadata--*'`;

/** Prints `hits` (lines of `FILE:LINE:ADDRESS`) and `status` (0; 124 when time was up), in base64. */
export function filesScript(addresses: readonly string[]): string {
  return search(`find ${trees} \\( ${leftOut} \\) -prune -o ${smallFiles}`, addresses);
}

/** The same in the folder `genconf`, and `config` (the text of config.yaml), and `scripts`: how many upgrade scripts it serves. */
export function genconfScript({ directory }: BootstrapFolder, addresses: readonly string[]): string {
  const aside = `-path ./serve -o -path ./state -o -name 'config.yaml.succession-*' -o -name '*.bak' -o -name '*.old' -o -name '*~'`;
  return `cd ${quote(`${directory}/genconf`)} || exit 20
${search(`find . \\( ${aside} \\) -prune -o ${smallFiles}`, addresses)}
printf 'config=%s\\n' "$(base64 <config.yaml | tr -d '\\n')"
printf 'scripts=%s\\n' "$(ls -d serve/upgrade/*/ 2>/dev/null | wc -l | base64)"
`;
}

const smallFiles = `-type f -size -${largestKiB}k -print0`;

function search(find: string, addresses: readonly string[]): string {
  const patterns = addresses.flatMap((address) => ['-e', address]);
  // `-w`: 10.0.0.1 is not part of 10.0.0.12. `-o`: the rest of a line may hold a secret.
  const pipe = `${find} 2>/dev/null | xargs -0 -r grep ${quote('-IonwHF', ...patterns)} -- 2>/dev/null | head -n ${mostHits + 1}`;
  return `hits=$(timeout ${limitSeconds} sh -c ${quote(pipe)} </dev/null); status=$?
printf 'hits=%s\\n' "$(printf '%s' "$hits" | base64 | tr -d '\\n')"
printf 'status=%s\\n' "$(printf '%s' "$status" | base64)"`;
}

/** Prints Marathon's apps as JSON, and in the last line the HTTP status. */
export function appsScript(address: string): string {
  return `curl -sS --max-time 45 -w '\\n%{http_code}' ${quote(`http://${address}:8080/v2/apps`)}`;
}
