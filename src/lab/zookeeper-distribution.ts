// Where a ZooKeeper of the wanted version is on this machine, fetching it first where that is possible.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A ZooKeeper that can be started: `java -cp <classPath> org.apache.zookeeper.server.quorum.QuorumPeerMain`. */
export interface Distribution {
  /** Exact, such as `3.8.0`. */
  readonly version: string;
  readonly origin: 'debian' | 'home' | 'maven';
  /** The `-cp` argument. */
  readonly classPath: string;
  /** The Java launcher. */
  readonly java: string;
}

/** A distribution, or what is missing and the command that gets it. */
export type DistributionResult =
  | { readonly kind: 'found'; readonly distribution: Distribution }
  | { readonly kind: 'missing'; readonly what: string; readonly remedy: string };

/** The part of a distribution that differs by origin. */
type Jars = Omit<Distribution, 'java'>;
type JarsResult =
  | { readonly kind: 'found'; readonly jars: Jars }
  | { readonly kind: 'missing'; readonly what: string; readonly remedy: string };

/** Where programs and jars are looked for. */
export interface Surroundings {
  /** `PATH`, `ZOOKEEPER_HOME`, `JAVA_HOME` and `XDG_CACHE_HOME` are read. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where Debian keeps its jars: `/usr/share/java`. */
  readonly debianJars: string;
}

/** This machine as it is. */
export function thisMachine(): Surroundings {
  return { environment: process.env, debianJars: '/usr/share/java' };
}

/** What a version without its last number stands for, where it has to be fetched. */
const newestOf: Readonly<Record<string, string>> = { '3.4': '3.4.14', '3.8': '3.8.4', '3.9': '3.9.5' };

/** What a server needs and its own project leaves to whoever packs it: `since` is the first minor version that does. */
const unnamed = [
  { since: 6, group: 'io.dropwizard.metrics', artifact: 'metrics-core', version: '4.1.12.1' },
  { since: 6, group: 'org.xerial.snappy', artifact: 'snappy-java', version: '1.1.10.5' },
  { since: 9, group: 'ch.qos.logback', artifact: 'logback-classic', version: '1.3.15' },
] as const;

/**
 * Finds a ZooKeeper, or fetches it with Maven into the cache (`$XDG_CACHE_HOME/succession/zookeeper/<version>`).
 *
 * @param version `3.8`, `3.4.8` and the like; null takes `ZOOKEEPER_HOME`, else Debian's package
 */
export async function findDistribution(
  version: string | null,
  surroundings: Surroundings,
): Promise<DistributionResult> {
  if (version !== null && !/^3\.\d+(?:\.\d+)?$/.test(version)) {
    return {
      kind: 'missing',
      what: `'${version}' is no ZooKeeper version`,
      remedy: 'ask for 3.4.8, 3.4.14, 3.8 or 3.9',
    };
  }
  const java = findJava(surroundings.environment);
  if (java === undefined) {
    return { kind: 'missing', what: 'no Java was found', remedy: 'apt-get install default-jre-headless' };
  }
  const result = await findJars(version, surroundings);
  return result.kind === 'found' ? { kind: 'found', distribution: { ...result.jars, java } } : result;
}

async function findJars(version: string | null, surroundings: Surroundings): Promise<JarsResult> {
  const local = [await inHome(surroundings), await inDebian(surroundings)].filter(
    (jars) => jars !== undefined,
  );
  const fitting = local.find(
    (jars) => version === null || jars.version === version || jars.version.startsWith(`${version}.`),
  );
  if (fitting !== undefined) return { kind: 'found', jars: fitting };
  if (version === null) {
    const remedy =
      'apt-get install libzookeeper-java, or set ZOOKEEPER_HOME, or ask for a version (--zookeeper 3.8)';
    return { kind: 'missing', what: 'no ZooKeeper was found', remedy };
  }
  return fromMaven(newestOf[version] ?? version, surroundings);
}

function findJava(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment['JAVA_HOME'];
  const own = home === undefined ? undefined : join(home, 'bin', 'java');
  return own !== undefined && existsSync(own) ? own : findProgram('java', environment);
}

function findProgram(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** An unpacked release: `zookeeper-<version>.jar` beside or inside `lib`. */
async function inHome({ environment }: Surroundings): Promise<Jars | undefined> {
  const home = environment['ZOOKEEPER_HOME'];
  if (home === undefined || home === '') return undefined;
  const folders = [home, join(home, 'lib')];
  const jars = (await Promise.all(folders.map(jarsIn))).flat();
  const version = versionAmong(jars);
  return version === undefined ? undefined : { version, origin: 'home', classPath: jars.join(':') };
}

/** Debian's jar names what it needs in its manifest, except a log writer. */
async function inDebian({ debianJars }: Surroundings): Promise<Jars | undefined> {
  const jar = join(debianJars, 'zookeeper.jar');
  if (!existsSync(jar)) return undefined;
  const links = (await readdir(debianJars)).filter((name) => /^zookeeper-\d.*\.jar$/.test(name));
  const own: string[] = [];
  for (const name of links) {
    const target = await readlink(join(debianJars, name)).catch(() => '');
    if (target === 'zookeeper.jar') own.push(name);
  }
  const version = versionAmong(own);
  if (version === undefined) return undefined;
  const writers = ['slf4j-log4j12.jar', 'log4j-1.2.jar'].map((name) => join(debianJars, name));
  return {
    version,
    origin: 'debian',
    classPath: [jar, ...writers.filter((path) => existsSync(path))].join(':'),
  };
}

async function fromMaven(version: string, { environment }: Surroundings): Promise<JarsResult> {
  const cacheHome = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const cache = join(cacheHome, 'succession', 'zookeeper');
  const folder = join(cache, version);
  if (!existsSync(folder)) {
    const maven = findProgram('mvn', environment);
    if (maven === undefined) {
      const what = `ZooKeeper ${version} is not on this machine, and no Maven to fetch it`;
      return { kind: 'missing', what, remedy: 'apt-get install maven' };
    }
    const trouble = await fetchJars(maven, version, cache, folder);
    if (trouble !== undefined) return trouble;
  }
  const jars = await jarsIn(folder);
  if (versionAmong(jars) !== version) {
    return { kind: 'missing', what: `${folder} holds no ZooKeeper ${version}`, remedy: `rm -r '${folder}'` };
  }
  return { kind: 'found', jars: { version, origin: 'maven', classPath: jars.join(':') } };
}

/** Fetches beside the folder and moves the whole into place: whoever comes second finds it there, and is content. */
async function fetchJars(
  maven: string,
  version: string,
  cache: string,
  folder: string,
): Promise<Extract<JarsResult, { kind: 'missing' }> | undefined> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, `.${version}-`));
  try {
    await writeFile(join(work, 'pom.xml'), projectFor(version));
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars'];
    await execute(maven, ['-B', '-q', ...goal], { cwd: work, timeout: 300_000 });
    await rename(join(work, 'jars'), folder);
    return undefined;
  } catch (error) {
    if (existsSync(folder)) return undefined;
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    const line = output.split('\n').find((text) => text.includes('ERROR')) ?? output.slice(0, 300);
    const what = `Maven did not fetch org.apache.zookeeper:zookeeper:${version}: ${line}`;
    return {
      kind: 'missing',
      what,
      remedy: 'see that Maven reaches a repository, and that there is such a version',
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function projectFor(version: string): string {
  const minor = Number(version.split('.')[1]);
  const dependencies = [
    dependency('org.apache.zookeeper', 'zookeeper', version),
    ...unnamed
      .filter(({ since }) => minor >= since)
      .map((one) => dependency(one.group, one.artifact, one.version)),
  ];
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>succession</groupId><artifactId>lab</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependencies.join('')}</dependencies></project>
`;
}

function dependency(group: string, artifact: string, version: string): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
}

async function jarsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(folder, name));
}

function versionAmong(jars: readonly string[]): string | undefined {
  return jars.flatMap((path) => /(?:^|\/)zookeeper-(\d+\.\d+\.\d+)\.jar$/.exec(path)?.[1] ?? [])[0];
}
