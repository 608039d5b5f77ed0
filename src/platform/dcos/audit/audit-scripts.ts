// What runs on hosts to find files that hold a master's address. Reads only, and not for long.

import { quote } from '../../../remote/quote.js';
import type { BootstrapFolder } from '../configuration/bootstrap-scripts.js';

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

/** Prints in base64 `hits` (lines of `FILE:LINE:ADDRESS`), `status` (0; 124 when time was up), and how the search went. */
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

/**
 * Beside the hits: `files`, how many there were to search; `find` and `grep`, the exit statuses (grep's through xargs); and
 * what the two complained of, but for what is not there: a tree that this host lacks, or a file that went meanwhile.
 */
function search(find: string, addresses: readonly string[]): string {
  const patterns = addresses.flatMap((address) => ['-e', address]);
  // `-w`: 10.0.0.1 is not part of 10.0.0.12. `-o`: the rest of a line may hold a secret.
  const grep = `xargs -0 -r grep ${quote('-IonwHF', ...patterns)} --`;
  const work = `${find} >"$0/list" 2>"$0/said"; echo "$?" >"$0/find"
{ ${grep} <"$0/list" 2>>"$0/said"; echo "$?" >"$0/grep"; } | head -n ${mostHits + 1} >"$0/hits"`;
  return `export LC_ALL=C
folder=$(mktemp -d) || exit 20
timeout ${limitSeconds} sh -c ${quote(work)} "$folder" </dev/null 2>>"$folder/said"; status=$?
say() { printf '%s=%s\\n' "$1" "$(printf '%s' "$2" | base64 | tr -d '\\n')"; }
say hits "$(cat "$folder/hits")"
say files "$(tr -cd '\\000' <"$folder/list" | wc -c)"
say find "$(cat "$folder/find")"
say grep "$(cat "$folder/grep")"
say said "$(grep -v 'No such file or directory$' "$folder/said" | head -n 1 | cut -c 1-200)"
say status "$status"
rm -rf "$folder"`;
}

/** Prints Marathon's apps as JSON, and in the last line the HTTP status. */
export function appsScript(address: string): string {
  return `curl -sS --max-time 45 -w '\\n%{http_code}' ${quote(`http://${address}:8080/v2/apps`)}`;
}
