// A bootstrap node and masters for edge tests: a generator of a few lines of bash, a web server, and a transport that runs every host's commands on this machine, with the hosts' folders inside a temporary one.

import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ensemble } from '../../src/model/ensemble.js';
import { localTransport } from '../../src/remote/local.js';
import type { CommandResult, Transport } from '../../src/remote/transport.js';
import type { BootstrapFolder } from '../../src/platform/dcos/configuration/bootstrap-scripts.js';

/** Lists, ids, packages and URLs as the real one makes them; the ids follow the order of a plain sort. */
const generator = (version: string): string => `set -eu
if [ "\${1:-}" = --version ]; then
  echo 'Extracting image from this script and loading into docker daemon, this step can take a few minutes'
  printf '{\\n  "variant": "",\\n  "version": "${version}"\\n}\\n'; exit 0
fi
masters=$(sed -n 's/^- \\([0-9.]*\\).*/\\1/p' genconf/config.yaml)
[ -n "$masters" ] || { printf '\\033[31mmaster_list: Must set master_list, no way to calculate value.\\033[0m\\n' >&2; exit 1; }
hash=$(cat genconf/config.yaml genconf/ip-detect | sha1sum | cut -c 1-40)
id=dcos-config--setup_$hash
hex=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n')
mkdir -p genconf/serve/upgrade/$hex genconf/serve/packages/dcos-config genconf/serve/packages/dcos-metadata
rm -rf work; mkdir -p work/etc work/bin
cp genconf/ip-detect work/bin/detect_ip
list=$(echo "$masters" | sed 's/.*/"&"/' | paste -sd,)
echo "[$list]" >work/etc/master_list
{ printf '"master_list": |-\\n  [%s]\\n' "$list"; sed -n 's/^\\([a-z_]*\\): \\(.*\\)/"\\1": |-\\n  \\2/p' genconf/config.yaml | sed '/password/{n;s/.*/  **HIDDEN**/}'; } >work/etc/user.config.yaml
printf 'EXHIBITOR_BACKEND=STATIC\\nEXHIBITOR_STATICENSEMBLE=%s\\n' "$(echo "$masters" | LC_ALL=C sort | awk '{print NR":"$0}' | paste -sd,)" >work/etc/exhibitor
tar -C work -cJf genconf/serve/packages/dcos-config/$id.tar.xz .
rm -rf work; mkdir -p work/etc
printf '{\\n  "version": "${version}"\\n}\\n' >work/etc/dcos-version.json
tar -C work -cJf genconf/serve/packages/dcos-metadata/dcos-metadata--setup_$hash.tar.xz .
sleep 0.02
echo "packages $id" | tee genconf/serve/dcos_install.sh >genconf/serve/upgrade/$hex/dcos_node_upgrade.sh
echo "ERROR: Expecting to upgrade DC/OS from $2 to ${version}." >>genconf/serve/upgrade/$hex/dcos_node_upgrade.sh
printf '\\033[32mPackage filename: packages/dcos-config/%s.tar.xz\\033[0m\\n' $id >&2
echo "Node upgrade script URL: $(sed -n 's/^bootstrap_url: //p' genconf/config.yaml)/upgrade/$hex/dcos_node_upgrade.sh"
`;

/** The stand-in. */
export interface BootstrapStandIn {
  readonly folder: BootstrapFolder;
  readonly transport: Transport;
  /** A path on the bootstrap node, in its folder. */
  path(name: string): string;
  /** A path of a host: `opt/mesosphere/…`. */
  on(host: string, name: string): string;
  /** `genconf/config.yaml` as a person wrote it. */
  config(masters: readonly string[]): string;
  /** Runs the generator by hand: it tells the package that it made. */
  generate(): Promise<string>;
  /** What a master has active. `files` lie in its `/opt/mesosphere`; null takes one away. */
  runsWith(
    address: string,
    name: string,
    ensemble: Ensemble,
    files?: Readonly<Record<string, string | null>>,
  ): Promise<void>;
  /** A generator of another version takes the place of the one that is there. */
  generatorOf(version: string): Promise<void>;
  /** How often it was run to generate. */
  generations(): number;
  stopWeb(): void;
  end(): Promise<void>;
}

/** Begins with these masters in `genconf/config.yaml`, in this order. */
export async function bootstrapStandIn(masters: readonly string[]): Promise<BootstrapStandIn> {
  const root = await mkdtemp(join(tmpdir(), 'configure-'));
  let generations = 0;
  const path = (name: string): string => join(root, 'boot', name);
  const on = (host: string, name: string): string => join(root, host, name);
  const server = createServer((request, response) => {
    readFile(join(path('genconf/serve'), request.url ?? '')).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const config = (list: readonly string[]): string =>
    `# by hand\nbootstrap_url: http://127.0.0.1:${portOf(server)}\nmaster_discovery: static\nsecurity: permissive\nexhibitor_admin_password: secret\nmaster_list:\n${list.map((one) => `- ${one} # ours\n`).join('')}`;
  const local = localTransport();
  const stopWeb = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const standIn: BootstrapStandIn = {
    folder: { address: '10.0.0.9', directory: path(''), generator: 'generate.sh' },
    transport: {
      ...local,
      run: async (host, command, options): Promise<CommandResult> => {
        const own = (script: string): string =>
          script
            .replaceAll('/var/lib/succession', join(root, host, 'state'))
            .replaceAll('/opt/mesosphere', on(host, 'opt/mesosphere'));
        if (command.includes('state=gone'))
          return { kind: 'exited', status: 0, stdout: 'state=gone\n', stderr: '' };
        if (!command.includes('systemd-run')) return local.run(host, own(command), options);
        const script = Buffer.from(options.stdin?.split('\n')[0] ?? '', 'base64').toString();
        if (script.includes('--generate-node-upgrade-script')) generations += 1;
        const end = await local.run(host, own(script), { ...options, stdin: '' });
        if (end.kind === 'unknown') return end;
        const [stdout, stderr] = [end.stdout, end.stderr].map((one) => Buffer.from(one).toString('base64'));
        return {
          kind: 'exited',
          status: 0,
          stdout: `state=ended\nstatus=${end.status}\nstdout=${stdout}\nstderr=${stderr}\n`,
          stderr: '',
        };
      },
    },
    path,
    on,
    config,
    generate: async () => {
      const command = `cd ${path('')} && bash generate.sh --generate-node-upgrade-script 1.9.10`;
      const signal = new AbortController().signal;
      const end = await local.run('10.0.0.9', command, { timeoutMs: 60_000, signal });
      return (end.kind === 'exited' && /dcos-config--setup_[0-9a-f]{40}/.exec(end.stderr)?.[0]) || '';
    },
    runsWith: async (address, name, ensemble, files = {}) => {
      const mesosphere = on(address, 'opt/mesosphere');
      await rm(mesosphere, { recursive: true, force: true });
      for (const folder of ['active', 'bin', 'etc', `packages/${name}`])
        await mkdir(join(mesosphere, folder), { recursive: true });
      await symlink(`../packages/${name}`, join(mesosphere, 'active/dcos-config'));
      const list = JSON.stringify(ensemble.map((member) => member.address));
      const given = `bootstrap_url: http://127.0.0.1:${portOf(server)}\nmaster_discovery: static\nsecurity: permissive\nexhibitor_admin_password: '**HIDDEN**'\nmaster_list: '${list}'\n`;
      const content: Readonly<Record<string, string | null>> = {
        'etc/master_list': list,
        'etc/user.config.yaml': given,
        'etc/dcos-version.json': '{\n  "version": "1.9.10",\n  "dcos-image-commit": "c"\n}\n',
        'bin/detect_ip': ipDetect,
        ...files,
      };
      for (const [file, text] of Object.entries(content))
        if (text !== null) await writeFile(join(mesosphere, file), text);
    },
    generatorOf: (version) => writeFile(path('generate.sh'), generator(version)),
    generations: () => generations,
    stopWeb,
    end: async () => {
      stopWeb();
      await rm(root, { recursive: true, force: true });
    },
  };
  await mkdir(path('genconf'), { recursive: true });
  await standIn.generatorOf('1.9.10');
  await writeFile(path('genconf/ip-detect'), ipDetect);
  await writeFile(path('genconf/config.yaml'), config(masters));
  return standIn;
}

const ipDetect = '#!/bin/sh\necho 10.0.0.1\n';

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
