// Which host of a lab does this program run on, and where are its files?

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { dcosVersion, type DcosVersion } from '../../../platform/dcos/versions.js';
import { isRecord, textOf } from '../web/json.js';

/** A lab's host, as its programs see it. */
export interface Host {
  /** What `host.json` says; what DC/OS believes comes from {@link detectAddress}. */
  readonly address: string;
  readonly role: string;
  readonly version: DcosVersion;
  readonly variant: 'open' | 'enterprise';
  readonly security: 'disabled' | 'permissive' | 'strict';
  /** What stands for 127.0.0.1: another loopback address where several hosts share one machine. */
  readonly local: string;
  /** Where a server listens that in DC/OS listens at every address. */
  readonly everywhere: string;
  /** DC/OS' own time unless the lab shrinks it. */
  timing(key: string, realMs: number): number;
  /** Where an absolute path of a host is: below `--root`. */
  path(absolute: string): string;
}

/**
 * Reads `--root DIR`, `--local ADDRESS` and `/etc/succession-lab/host.json`, after the line that says what this program
 * stands for; with `--help` that line is all. Throws where the lab's file is not as it should be.
 */
export function thisHost(standsFor: string): Host {
  const { values } = parseArgs({
    options: { root: { type: 'string' }, local: { type: 'string' }, help: { type: 'boolean' } },
  });
  process.stdout.write(`stand-in of a lab for ${standsFor}\n`);
  if (values.help === true) process.exit(0);
  const path = (absolute: string): string => join(values.root ?? '/', absolute);
  const file = path('/etc/succession-lab/host.json');
  const text: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isRecord(text)) throw new Error(`${file} holds no object`);
  const version = dcosVersion(textOf(text, 'dcos'));
  if (version === undefined) throw new Error(`${file}: no DC/OS version '${textOf(text, 'dcos')}'`);
  const timing = isRecord(text['timing']) ? text['timing'] : {};
  const security = textOf(text, 'security');
  return {
    address: textOf(text, 'address'),
    role: textOf(text, 'role'),
    version,
    variant: textOf(text, 'variant') === 'enterprise' ? 'enterprise' : 'open',
    security: security === 'strict' || security === 'permissive' ? security : 'disabled',
    local: values.local ?? '127.0.0.1',
    everywhere: values.local ?? '0.0.0.0',
    timing: (key, realMs) => {
      const shrunk = timing[key];
      return typeof shrunk === 'number' && shrunk > 0 ? shrunk : realMs;
    },
    path,
  };
}

/** What `genconf/ip-detect` says on this host, or null: it failed, or said something else than an address. */
export function detectAddress(host: Host): string | null {
  try {
    const output = execFileSync(host.path('/opt/mesosphere/bin/detect_ip'), { encoding: 'utf8' }).trim();
    return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(output) ? output : null;
  } catch {
    return null;
  }
}

/** As {@link detectAddress}; without an answer this program ends with 1, as DC/OS' own do. */
export function ownAddress(host: Host): string {
  return detectAddress(host) ?? giveUp('ERROR: ip-detect failed, or its output is no IPv4 address.');
}

/** Says why on standard error, and ends with 1: systemd starts the unit again. */
export function giveUp(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** One line for the journal. */
export function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

/** The file's text, or null when it can't be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Writes a file and the folders that it lacks. */
export function writeText(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** `/opt/mesosphere/etc/master_list`: a JSON array in the order of the configuration; empty without the file. */
export function masterList(host: Host): readonly string[] {
  const list: unknown = JSON.parse(readText(host.path('/opt/mesosphere/etc/master_list')) ?? '[]');
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
