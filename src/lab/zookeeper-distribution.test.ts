import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDistribution } from './zookeeper-distribution.js';
import type { Surroundings } from './zookeeper-distribution.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'succession-distribution-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, text = ''): string {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

function program(name: string, text: string): void {
  chmodSync(file(`bin/${name}`, `#!/bin/sh\n${text}\n`), 0o755);
}

/** A machine with the given programs only. */
function machine(environment: Record<string, string> = {}): Surroundings {
  const cache = join(root, 'cache');
  // The stand-in for Maven is a script: it needs the shell's tools.
  const path = `${join(root, 'bin')}:/usr/bin:/bin`;
  return {
    environment: { PATH: path, XDG_CACHE_HOME: cache, ...environment },
    debianJars: join(root, 'java'),
  };
}

function bare(): Surroundings {
  return {
    environment: { PATH: join(root, 'bin'), XDG_CACHE_HOME: join(root, 'cache') },
    debianJars: join(root, 'java'),
  };
}

function debian(version: string): void {
  file('java/zookeeper.jar');
  symlinkSync('zookeeper.jar', join(root, `java/zookeeper-${version}.jar`));
  symlinkSync('zookeeper-it.jar', join(root, 'java/zookeeper-it-9.9.9.jar'));
}

/** Writes the jars that the project asks for, slowly enough for two to meet, and notes that it was called. */
const maven = `echo called >>../../../calls
version=$(sed -n 's:.*<artifactId>zookeeper</artifactId><version>\\([^<]*\\)</version>.*:\\1:p' pom.xml)
mkdir jars; : >jars/netty.jar; sleep 0.2; : >"jars/zookeeper-$version.jar"`;

describe('findDistribution', () => {
  test('names what is missing and the command that gets it', async () => {
    expect(await findDistribution(null, bare())).toMatchObject({
      kind: 'missing',
      remedy: 'apt-get install default-jre-headless',
    });
    program('java', '');
    const none = await findDistribution(null, bare());
    expect(none).toMatchObject({
      kind: 'missing',
      remedy: expect.stringContaining('libzookeeper-java') as string,
    });
    const noMaven = await findDistribution('3.4.8', bare());
    expect(noMaven).toMatchObject({ kind: 'missing', remedy: 'apt-get install maven' });
    expect(await findDistribution('../3.4.8', bare())).toMatchObject({ kind: 'missing' });
  });

  test("takes Debian's package when nothing is asked for, or its own version", async () => {
    program('java', '');
    debian('3.8.0');
    for (const version of [null, '3.8', '3.8.0']) {
      const found = await findDistribution(version, machine());
      expect(found).toMatchObject({ kind: 'found', distribution: { version: '3.8.0', origin: 'debian' } });
    }
  });

  test('prefers ZOOKEEPER_HOME', async () => {
    program('java', '');
    debian('3.8.0');
    file('home/zookeeper-3.4.14.jar');
    file('home/lib/log4j.jar');
    const found = await findDistribution(null, machine({ ZOOKEEPER_HOME: join(root, 'home') }));
    expect(found).toEqual({
      kind: 'found',
      distribution: {
        version: '3.4.14',
        origin: 'home',
        classPath: `${join(root, 'home/zookeeper-3.4.14.jar')}:${join(root, 'home/lib/log4j.jar')}`,
        java: join(root, 'bin/java'),
      },
    });
  });

  test('fetches once with Maven, also when several want it at the same time', async () => {
    program('java', '');
    program('mvn', maven);
    mkdirSync(join(root, 'cache'));
    const environment = machine();
    const all = await Promise.all([1, 2, 3].map(() => findDistribution('3.4.8', environment)));
    for (const found of all) {
      expect(found).toMatchObject({ kind: 'found', distribution: { version: '3.4.8', origin: 'maven' } });
    }
    const calls = readFileSync(join(root, 'cache/calls'), 'utf8');
    await findDistribution('3.4.8', environment);
    expect(readFileSync(join(root, 'cache/calls'), 'utf8')).toBe(calls);
    expect(readdirSync(join(root, 'cache/succession/zookeeper'))).toEqual(['3.4.8']);
  });

  test('a fetch that fails leaves nothing in the cache', async () => {
    program('java', '');
    program('mvn', 'mkdir jars; : >jars/half.jar; echo "[ERROR] no such artifact"; exit 1');
    const result = await findDistribution('3.4.99', machine());
    expect(result).toMatchObject({
      kind: 'missing',
      what: expect.stringContaining('no such artifact') as string,
    });
    expect(readdirSync(join(root, 'cache/succession/zookeeper'))).toEqual([]);
  });
});
