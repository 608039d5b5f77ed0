// How DC/OS comes onto a lab's hosts: by the deeds of a person who follows the vendor's advanced installer.

import { dirname } from 'node:path';
import type { Address } from '../../model/ensemble.js';
import { authorityKeyPath, exhibitorArtifacts } from '../../platform/dcos/enterprise-places.js';
import type { DcosVersion } from '../../platform/dcos/versions.js';
import { quote } from '../../remote/quote.js';
import { generatorName, type LabFile } from '../dcos-host/bootstrap-files.js';
import type { HostsFile } from './hosts-file.js';
import { superuser } from './hosts-files.js';
import { onHost } from './lab-process.js';
import { authorityKeys } from './prepare-dcos.js';

/** DC/OS' cluster as ordered, and the files that its bootstrap node begins with. */
export interface DcosInstallation {
  readonly directory: string;
  readonly file: HostsFile;
  readonly version: DcosVersion;
  readonly files: readonly LabFile[];
  /** Hears of each part of the work, and how long it took in ms. */
  readonly onProgress: (part: string, tookMs: number) => void;
}

/** How long the masters may take until all serve: Exhibitor alone needs a minute (`facts` of its 30 s rounds). */
const settleLimitSeconds = 600;

/** Installs masters, then agents, and waits until every master serves. Says what went wrong, if anything. */
export async function installDcos(installation: DcosInstallation): Promise<string | undefined> {
  const { file, onProgress } = installation;
  const parts: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['installer', () => generate(installation)],
    [
      'masters installed',
      async () => (await placeKeys(installation)) ?? (await installAll(installation, file.masters, 'master')),
    ],
    ['masters serve', () => settle(installation)],
    [
      'agents installed',
      async () =>
        (await installAll(installation, file.agents.private, 'slave')) ??
        (await installAll(installation, file.agents.public, 'slave_public')),
    ],
  ];
  for (const [part, deed] of parts) {
    const start = Date.now();
    const trouble = await deed();
    if (trouble !== undefined) return trouble;
    onProgress(part, Date.now() - start);
  }
  return undefined;
}

async function generate({ directory, file, files }: DcosInstallation): Promise<string | undefined> {
  for (const { path, mode, content } of files) {
    const target = `/root/dcos/${path}`;
    const put = `install -D -m ${mode.toString(8)} /dev/stdin ${quote(target)}`;
    const trouble = await must(directory, file.bootstrap, put, content);
    if (trouble !== undefined) return trouble;
  }
  return must(directory, file.bootstrap, `cd /root/dcos && bash ${quote(generatorName(file.dcos.variant))}`);
}

/** What the manual has a person do before the install (security/ent/tls-ssl/ca-custom). */
async function placeKeys({ directory, file, files }: DcosInstallation): Promise<string | undefined> {
  const key = files.find((one) => one.path === authorityKeys.ca_certificate_key_path);
  if (key === undefined) return undefined;
  const put = `mkdir -p ${quote(dirname(authorityKeyPath))} && install -m 600 /dev/stdin ${quote(authorityKeyPath)}`;
  const troubles = await Promise.all(file.masters.map((host) => must(directory, host, put, key.content)));
  return troubles.find((trouble) => trouble !== undefined);
}

async function installAll(
  { directory, file }: DcosInstallation,
  hosts: readonly Address[],
  role: string,
): Promise<string | undefined> {
  const script = `http://${file.bootstrap}/dcos_install.sh`;
  const command = `cd /root && curl -fsSO ${quote(script)} && bash dcos_install.sh ${role}`;
  const troubles = await Promise.all(hosts.map((host) => must(directory, host, command)));
  return troubles.find((trouble) => trouble !== undefined);
}

/** One look at every master in turn, on itself, until all is well. */
async function settle({ directory, file, version }: DcosInstallation): Promise<string | undefined> {
  const { masters, dcos } = file;
  const until = Date.now() + settleLimitSeconds * 1000;
  for (const master of masters) {
    const leftSeconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
    const words = [leftSeconds, version.overlayRecovered, masters.length, master, dcos.security].map(String);
    const trouble = await must(directory, master, `bash -s ${quote(...words)}`, settleScript);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** Exhibitor's certificate and Mesos' token are used where there are any. */
const settleScript = `
limit=$1 overlay=$2 count=$3 own=$4 security=$5
exhibitor() {
  folder=${exhibitorArtifacts}
  if [ -e "$folder" ]; then
    curl -fsS -m 5 --cacert "$folder/root-cert.pem" --cert "$folder/client-cert.pem" --key "$folder/client-key.pem" "https://localhost:8181$1"
  else
    curl -fsS -m 5 "http://localhost:8181$1"
  fi
}
metrics() {
  if [ "$security" != strict ]; then curl -fsS -m 5 "http://$own:5050/metrics/snapshot"; return; fi
  token=$(curl -kfsS -m 5 -d @- "https://$own/acs/api/v1/auth/login" <<<${quote(JSON.stringify(superuser))} | jq -r .token)
  curl -kfsS -m 5 -H @- "https://$own:5050/metrics/snapshot" <<<"Authorization: token=$token"
}
look() {
  mode=$(timeout 3 bash -c "exec 3<>/dev/tcp/$own/2181 && echo srvr >&3 && cat <&3" 2>/dev/null | sed -n 's/^Mode: //p')
  case $mode in leader | follower | standalone) ;; *) echo "$own: ZooKeeper does not serve"; return 1 ;; esac
  exhibitor /exhibitor/v1/cluster/status 2>/dev/null |
    jq -e --argjson n "$count" 'length == $n and all(.[]; .code == 3) and ([.[] | select(.isLeader)] | length) == 1' >/dev/null ||
    { echo "$own: Exhibitor does not say that all serve"; return 1; }
  metrics 2>/dev/null |
    jq -e --arg overlay "$overlay" '.["registrar/log/recovered"] == 1 and .[$overlay] == 1' >/dev/null ||
    { echo "$own: Mesos' logs have not recovered"; return 1; }
}
until_at=$((SECONDS + limit))
until why=$(look); do
  [ $SECONDS -lt $until_at ] || { echo "after $limit s, $why" >&2; exit 1; }
  sleep 0.5
done
`;

/** Says what went wrong, with the end of what the command said. */
async function must(
  directory: string,
  host: Address,
  command: string,
  stdin?: string,
): Promise<string | undefined> {
  const { status, stdout, stderr } = await onHost(directory, host, command, stdin);
  if (status === 0) return undefined;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' / ');
  return `${host}: exit ${status}: ${said}`;
}
