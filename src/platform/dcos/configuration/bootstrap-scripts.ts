// What runs on the bootstrap node and on masters while a configuration is edited, generated and looked at.

import { quote } from '../../../remote/quote.js';
import { tagLines } from './generator-build.js';

/** The folder with `genconf/` and the generator, and the generator's name. */
export interface BootstrapFolder {
  readonly address: string;
  readonly directory: string;
  readonly generator: string;
}

/** Where a run remembers on the host what it made there: root's alone. */
const stateFolder = '/var/lib/succession';

/** `fail` ends a script with status 20; `say` prints `key=value`, with the value in base64. */
const opening = `set -u
fail() { printf 'failed=%s\\n' "$(printf '%s' "$1" | base64 | tr -d '\\n')"; exit 20; }
say() { printf '%s=%s\\n' "$1" "$(printf '%s' "$2" | base64 | tr -d '\\n')"; }
say_file() { printf '%s=%s\\n' "$1" "$(base64 <"$2" | tr -d '\\n')"; }
sum() { sha256sum <"$1" | cut -c 1-64; }
`;

function inFolder({ directory }: BootstrapFolder): string {
  return `${opening}cd ${quote(directory)} 2>/dev/null || fail ${quote(`there is no folder ${directory}`)}
config=$(readlink -f genconf/config.yaml) && [ -r "$config" ] || fail ${quote(`there is no ${directory}/genconf/config.yaml`)}
`;
}

/** Prints `text`, that of the file, `ipDetect`, and what {@link tagScript} does. */
export function genconfScript(folder: BootstrapFolder): string {
  return `${tagScript(folder)}[ "$(wc -c <"$config")" -le 1000000 ] || fail 'genconf/config.yaml is larger than 1 MB'
say_file text "$config"
say ipDetect "$(head -c 100000 genconf/ip-detect 2>/dev/null)"
`;
}

/** Prints `tag` and `unpacked`: see {@link tagLines}. */
export function tagScript(folder: BootstrapFolder): string {
  return `${inFolder(folder)}${tagLines(folder.generator)}`;
}

/** The name of the copy that a duty keeps beside the file: `config.yaml.succession-<run>-<stage>`. */
export function backupName(dutyId: string): string {
  return `config.yaml.succession-${dutyId.replace(/\.\w+$/, '')}`;
}

/** Prints `sha`, `text`, and where they are there: `state` (of this duty), `earlier` (the copy of an earlier duty). */
export function readScript(folder: BootstrapFolder, dutyId: string, earlierBackup: string | null): string {
  return `${inFolder(folder)}[ "$(wc -c <"$config")" -le 1000000 ] || fail 'genconf/config.yaml is larger than 1 MB'
say sha "$(sum "$config")"
say_file text "$config"
state=${quote(`${stateFolder}/${dutyId}.json`)}
if [ -r "$state" ]; then say_file state "$state"; fi
${
  earlierBackup === null
    ? ''
    : `earlier=genconf/${quote(earlierBackup)}
if [ -r "$earlier" ]; then say_file earlier "$earlier"; fi
`
}`;
}

/** Keeps a copy of the file, for root alone, unless there is one. Prints `backup`, its sha256. */
export function backupScript(folder: BootstrapFolder, dutyId: string): string {
  return `${inFolder(folder)}${keepCopy(dutyId)}say backup "$(sum "$backup")"
`;
}

/** Prints `backup`, the sha256 of the copy, where there is one. */
export function findBackupScript(folder: BootstrapFolder, dutyId: string): string {
  return `${inFolder(folder)}backup=genconf/${quote(backupName(dutyId))}
if [ -r "$backup" ]; then say backup "$(sum "$backup")"; fi
`;
}

/** Where a master keeps the IAM's dump. */
export function iamBackupPath(dutyId: string): string {
  return `${stateFolder}/${dutyId}.iam.sql`;
}

/** Prints `iam`, the size of the dump in bytes, and `sum`, its sha256, where there is one. */
export function findIamScript(dutyId: string): string {
  return `${opening}file=${quote(iamBackupPath(dutyId))}
if [ -s "$file" ]; then say iam "$(wc -c <"$file")"; say sum "$(sum "$file")"; fi
`;
}

/** Prints the dump, packed, in base64. It holds what users log in with: nobody logs it. */
export function sendIamScript(dutyId: string): string {
  return `set -u
gzip -c ${quote(iamBackupPath(dutyId))} | base64 | tr -d '\\n'
`;
}

/** Takes the dump off a master again: it holds what users log in with, and is kept elsewhere by then, or not at all. */
export function forgetIamScript(dutyId: string): string {
  return `for file in ${quote(iamBackupPath(dutyId))} ${quote(`${iamBackupPath(dutyId)}.new`)}; do
  [ ! -e "$file" ] || shred -u "$file" 2>/dev/null || rm -f "$file"
done
`;
}

/** Keeps what comes from standard input (packed, in base64) for root alone, if it is the dump with this sha256. */
export function keepIamScript(dutyId: string, wantedSum: string): string {
  return `${opening}file=${quote(iamBackupPath(dutyId))}
said=$( { umask 077; mkdir -p ${quote(stateFolder)} && base64 -d | gzip -dc >"$file.new"; } 2>&1 ) || fail "$said"
[ "$(sum "$file.new")" = ${quote(wantedSum)} ] || { rm -f "$file.new"; fail 'the dump did not arrive whole'; }
said=$( { sync "$file.new" && mv -f "$file.new" "$file"; } 2>&1 ) || fail "$said"
`;
}

/** Dumps the IAM's database into a file for root alone: `iam-database-backup` came with 1.12. */
export function dumpIamScript(dutyId: string): string {
  return `${opening}file=${quote(iamBackupPath(dutyId))}
umask 077
mkdir -p ${quote(stateFolder)} || fail 'no folder for it'
bin=/opt/mesosphere/bin
if [ -x "$bin/iam-database-backup" ]; then
  "$bin/dcos-shell" iam-database-backup >"$file.new" 2>"$file.said"
else
  "$bin/dcos-shell" cockroach dump --certs-dir=/run/dcos/pki/cockroach --host="$("$bin/detect_ip")" iam >"$file.new" 2>"$file.said"
fi || fail "$(tail -c 300 "$file.said")"
[ -s "$file.new" ] || fail 'the dump is empty'
rm -f "$file.said"
mv -f "$file.new" "$file"
say iam "$(wc -c <"$file")"
`;
}

function keepCopy(dutyId: string): string {
  return `backup=genconf/${quote(backupName(dutyId))}
if ! [ -e "$backup" ]; then
  said=$( { umask 077; cp "$config" "$backup.$$" && chmod 0600 "$backup.$$" && sync "$backup.$$" && mv -f "$backup.$$" "$backup"; } 2>&1 ) ||
    fail "no copy of config.yaml: $said"
fi
`;
}

/** Puts the text from standard input (base64) in the file's place, whole or not at all, if it still is what was read. */
export function writeScript(
  folder: BootstrapFolder,
  dutyId: string,
  readSha: string,
  newSha: string,
): string {
  return `${inFolder(folder)}read -r text || fail 'the text came in half'
now=$(sum "$config")
if [ "$now" = ${quote(newSha)} ]; then say did 'held already'; exit 0; fi
[ "$now" = ${quote(readSha)} ] || fail 'somebody else changed genconf/config.yaml at the same time'
${keepCopy(dutyId)}new="$config.new.$$"
said=$( { (umask 077; printf '%s' "$text" | base64 -d >"$new") && chmod --reference="$config" "$new"; } 2>&1) || fail "$said"
chown --reference="$config" "$new" 2>/dev/null
[ "$(sum "$new")" = ${quote(newSha)} ] || { rm -f "$new"; fail 'the new text did not arrive whole'; }
[ "$(sum "$config")" = ${quote(readSha)} ] || { rm -f "$new"; fail 'somebody else changed genconf/config.yaml at the same time'; }
said=$( { sync "$new" && mv -f "$new" "$config" && sync "$(dirname "$config")"; } 2>&1) || fail "$said"
say did "written; the text before: $backup"
`;
}

/** Remembers the JSON from standard input (base64) as this duty's result. */
export function rememberScript(dutyId: string): string {
  return `${opening}read -r text || fail 'the text came in half'
state=${quote(`${stateFolder}/${dutyId}.json`)}
said=$( { umask 077; mkdir -p ${quote(stateFolder)} && printf '%s' "$text" | base64 -d >"$state.$$" && sync "$state.$$" && mv -f "$state.$$" "$state"; } 2>&1) ||
  fail "$said"
`;
}

/** The last line that the generating script prints: which text the generator read, and whether it wrote its scripts. */
export const generatedLine: RegExp =
  /^succession: generated from ([0-9a-f]{64}), dcos_install\.sh is (new|old)$/m;

/** Where a duty keeps the `dcos_install.sh` that was served before it generated: the generator writes over it. */
function installCopy(dutyId: string): string {
  return `${stateFolder}/${dutyId}.dcos_install.sh`;
}

/** Runs the generator where its `genconf/` is. A daemonized installer would return at once (facts of its script). */
export function generateScript(
  { directory, generator }: BootstrapFolder,
  dutyId: string,
  version: string,
): string {
  return `set -u
cd ${quote(directory)} || exit 90
kept=${quote(installCopy(dutyId))}
if [ -e genconf/serve/dcos_install.sh ] && ! [ -e "$kept" ]; then
  mkdir -p ${quote(stateFolder)} && cp genconf/serve/dcos_install.sh "$kept.new" && mv -f "$kept.new" "$kept"
fi
unset DCOS_INSTALLER_DAEMONIZE
export HOME="\${HOME:-/root}"
marker=$(mktemp) || exit 91
before=$(sha256sum <genconf/config.yaml | cut -c 1-64)
bash ${quote(generator)} --generate-node-upgrade-script ${quote(version)} </dev/null
status=$?
after=$(sha256sum <genconf/config.yaml | cut -c 1-64)
age=old
if [ genconf/serve/dcos_install.sh -nt "$marker" ]; then age=new; fi
rm -f "$marker"
if [ "$before" = "$after" ]; then echo "succession: generated from $before, dcos_install.sh is $age"; fi
exit "$status"
`;
}

/** Defines `leads SCRIPT`: whether it leads to the package. In the served folder. */
function leadsTo(configurationPackage: string): string {
  return `package=${quote(configurationPackage)}
# From 1.10 on a script may name a list of packages instead of each.
leads() {
  [ -r "$1" ] || { echo no; return; }
  if grep -qF -e "$package" "$1"; then echo yes; return; fi
  for list in package_lists/*.package_list.json; do
    [ -r "$list" ] || continue
    name=\${list##*/}
    if grep -qF -e "$package" "$list" && grep -qF -e "\${name%%.*}" "$1"; then echo yes; return; fi
  done
  echo no
}
`;
}

/** What a search for an earlier upgrade script is after. */
export interface EarlierScript {
  readonly configurationPackage: string;
  /** Of the nodes that it must run on. */
  readonly version: string;
  /** The duty that kept the `dcos_install.sh` of that time, which is put back; null: none is. */
  readonly installKeptBy: string | null;
}

/**
 * Prints `path`, that of the newest upgrade script that leads to the package and takes nodes of the version, where one is
 * still served: `upgrade/<32 hex>/dcos_node_upgrade.sh`. The script names the version that it expects
 * (`dcos_installer/upgrade.py` in dcos/dcos). Prints `install` when a `dcos_install.sh` that leads to the package was put back.
 */
export function earlierScript(
  folder: BootstrapFolder,
  { configurationPackage, version, installKeptBy }: EarlierScript,
): string {
  return `${inFolder(folder)}cd genconf/serve 2>/dev/null || exit 0
${leadsTo(configurationPackage)}
for script in $(ls -t upgrade/*/dcos_node_upgrade.sh 2>/dev/null); do
  [ "$(leads "$script")" = yes ] && grep -qF -e ${quote(`from ${version} to ${version}.`)} "$script" || continue
  say path "$script"
  break
done
${
  installKeptBy === null
    ? ''
    : `kept=${quote(installCopy(installKeptBy))}
if [ "$(leads "$kept")" = yes ] && [ "$(leads dcos_install.sh)" = no ]; then
  said=$( { cp "$kept" dcos_install.sh.new && chmod --reference=dcos_install.sh dcos_install.sh.new && sync dcos_install.sh.new && mv -f dcos_install.sh.new dcos_install.sh; } 2>&1) ||
    fail "dcos_install.sh can't be put back: $said"
  say install back
fi
`
}`;
}

/**
 * Prints how what was generated is served: `url` (the HTTP status as this node sees it), `script` (whether the file is
 * there), `install` and `upgrade` (whether these scripts lead to the package), and the package's own files.
 */
export function servedScript(
  folder: BootstrapFolder,
  upgradeUrl: string,
  configurationPackage: string,
): string {
  const [, path = ''] = /(\/upgrade\/[0-9a-f]{32}\/dcos_node_upgrade\.sh)$/.exec(upgradeUrl) ?? [];
  return `${inFolder(folder)}cd genconf/serve 2>/dev/null || { say script no; exit 0; }
${leadsTo(configurationPackage)}script=${quote(`.${path}`)}
if [ -r "$script" ]; then say script yes; else say script no; fi
say install "$(leads dcos_install.sh)"
say upgrade "$(leads "$script")"
say url "$(curl -sI -o /dev/null -w '%{http_code}' --max-time 20 ${quote(upgradeUrl)} 2>/dev/null)"
tarball=packages/dcos-config/$package.tar.xz
for file in etc/user.config.yaml etc/master_list etc/exhibitor bin/detect_ip; do
  say "\${file#*/}" "$(tar -xJOf "$tarball" --wildcards "*$file" 2>/dev/null)"
done
metadata=packages/dcos-metadata/dcos-metadata--\${package##*--}.tar.xz
say dcos-version.json "$(tar -xJOf "$metadata" --wildcards '*etc/dcos-version.json' 2>/dev/null)"
`;
}

/** Prints what a master runs with (`package`, `masterList`, `userConfig`, `detectIp`, `versionFile`) and, where one is given, the HTTP status of the URL as it sees it. */
export function masterScript(upgradeUrl: string | null): string {
  return `${opening}active=$(readlink -f /opt/mesosphere/active/dcos-config 2>/dev/null)
say package "\${active##*/}"
say masterList "$(cat /opt/mesosphere/etc/master_list 2>/dev/null)"
say userConfig "$(head -c 1000000 /opt/mesosphere/etc/user.config.yaml 2>/dev/null)"
say detectIp "$(head -c 100000 /opt/mesosphere/bin/detect_ip 2>/dev/null)"
say versionFile "$(head -c 10000 /opt/mesosphere/etc/dcos-version.json 2>/dev/null)"
${upgradeUrl === null ? '' : `say url "$(curl -sI -o /dev/null -w '%{http_code}' --max-time 20 ${quote(upgradeUrl)} 2>/dev/null)"\n`}`;
}

/** The values of a script's `key=value` lines, decoded. */
export function valuesOf(stdout: string): ReadonlyMap<string, string> {
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      if (at === -1) return [];
      return [[line.slice(0, at), Buffer.from(line.slice(at + 1), 'base64').toString('utf8')] as const];
    }),
  );
}
