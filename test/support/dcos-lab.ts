// A DC/OS cluster on a lab of hosts, driven as its operator would: by the command line, from within its network.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { expect } from 'vitest';
import { begin, type CommandEnd, run, type RunningCommand } from './command.js';

/** What a lab is made of; the rest is the same for all. */
export interface DcosLabOptions {
  readonly version: string;
  readonly masters: readonly string[];
  readonly spares?: readonly string[];
  readonly privateAgents?: readonly string[];
  readonly publicAgents?: readonly string[];
  readonly variant?: 'open' | 'enterprise';
  readonly security?: 'disabled' | 'permissive' | 'strict';
  /** Further ms by name; those below are shrunk so that a test ends. */
  readonly timing?: Readonly<Record<string, number>>;
  /** A certificate authority of the operator's; Exhibitors that want certificates. */
  readonly customCa?: boolean;
  readonly exhibitorTls?: boolean;
}

/** A lab that is up. */
export interface DcosLab {
  readonly home: string;
  /** Holds `succession.yaml`, `ssh_config` and the machines. */
  readonly folder: string;
  readonly clusterFile: string;
  /** `succession` within the lab's network, to its end. */
  readonly cli: (...args: readonly string[]) => Promise<CommandEnd>;
  /** The same, while it goes on. */
  readonly begin: (...args: readonly string[]) => RunningCommand;
  /** As root on a host; its standard output. Throws when it fails. */
  readonly on: (host: string, command: string) => Promise<string>;
  /** `lab kill HOST` and the like. */
  readonly order: (...order: readonly string[]) => Promise<void>;
  /** Plans into a file and gives its path. */
  readonly plan: (...change: readonly string[]) => Promise<string>;
  readonly end: () => Promise<void>;
}

/** The bootstrap node of every lab. */
export const bootstrap = '172.31.16.198';

/**
 * Exhibitor looks every 2 s and not every 30; services try again soon: at once, and the dozens of a master whose gate is
 * closed for a while would take the whole machine. All else takes the time that it takes.
 */
const shrunk = {
  exhibitorCheckMs: 2000,
  bootstrapRetryMs: 2500,
  mesosRetryMs: 2500,
  mesosPingMs: 1000,
  logRetryMs: 500,
  mesosLookMs: 500,
  marathonLookMs: 1000,
};

const bin = new URL('../../bin/succession', import.meta.url).pathname;

const inside = (command: readonly string[]): readonly string[] => ['lab', 'run', '--', ...command];

const succession = (args: readonly string[]): readonly string[] => inside([process.execPath, bin, ...args]);

const must = async (what: string, ended: Promise<CommandEnd>): Promise<string> => {
  const { status, out, err } = await ended;
  if (status !== 0) throw new Error(`${what}: status ${status ?? 'none'}\n${out}\n${err}`);
  return out;
};

/** Brings a cluster up: hosts, and DC/OS on them. */
export async function dcosLab(options: DcosLabOptions): Promise<DcosLab> {
  const home = mkdtempSync(join(tmpdir(), 'succession-dcos-'));
  const folder = join(home, 'labs', 'default');
  const { version, masters, spares = [], variant = 'enterprise', timing = {} } = options;
  const { security = 'disabled', customCa = false, exhibitorTls = false } = options;
  const file = {
    schema: 'succession.hosts-lab/1',
    name: 'test',
    dcos: { version, variant, security, customCa, exhibitorTls },
    bootstrap,
    masters,
    spares,
    agents: { private: options.privateAgents ?? [], public: options.publicAgents ?? [] },
    dns: { names: ['masters.test.example'] },
    timing: { ...shrunk, ...timing },
  };
  writeFileSync(join(home, 'lab.yaml'), stringify(file));
  const clusterFile = join(folder, 'succession.yaml');
  const end = async (): Promise<void> => {
    await run(home, 'lab', 'down');
    rmSync(home, { recursive: true, force: true });
  };
  const up = await run(home, 'lab', 'up', '--hosts', join(home, 'lab.yaml'));
  if (up.status !== 0) {
    await end();
    throw new Error(`no lab: ${up.err}`);
  }
  // The runbook's quarter of an hour after each master, and its hour at the end; here they show that all is watched.
  const text = readFileSync(clusterFile, 'utf8').replace(/^soakMs: .*$/m, 'settleMs: 3000\nsoakMs: 2000');
  writeFileSync(clusterFile, text);
  const withCluster = (args: readonly string[]): readonly string[] =>
    ['status', 'apply', 'plan', 'audit'].includes(args[0] ?? '') && !args.includes('--cluster')
      ? [...args, '--cluster', clusterFile]
      : args;
  let plans = 0;
  return {
    home,
    folder,
    clusterFile,
    cli: (...args) => run(home, ...succession(withCluster(args))),
    begin: (...args) => begin(home, succession(withCluster(args))),
    on: (host, command) =>
      must(
        `${host}: ${command}`,
        run(home, ...inside(['ssh', '-F', join(folder, 'ssh_config'), `root@${host}`, command])),
      ),
    order: async (...order) => {
      await must(order.join(' '), run(home, 'lab', ...order));
    },
    plan: async (...change) => {
      plans += 1;
      const path = join(home, `plan-${plans}.json`);
      const ended = await run(home, ...succession(withCluster(['plan', ...change, '--output', 'json'])));
      expect(ended.status, ended.err).toBe(0);
      writeFileSync(path, ended.out);
      return path;
    },
    end,
  };
}
