// How is a script for a master run here by a real shell? With a systemctl that knows the units of a test, and no other.

import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a unit is before a script, and what becomes of it each time that it is stopped; the last one stays. */
export interface TestUnit {
  readonly state: string;
  readonly afterStop?: readonly string[];
  /** Whether `dcos.target` wants it; it does when left out. */
  readonly wanted?: false;
}

/** How a script ended. */
export interface ShellEnd {
  readonly status: number;
  readonly lines: readonly string[];
}

/** A machine's systemd, as far as our scripts ask it. */
export interface MasterShell {
  readonly run: (script: string) => Promise<ShellEnd>;
  /** The states of all units. */
  readonly states: () => Readonly<Record<string, string>>;
  /** How often a unit was told to stop. */
  readonly stops: (unit: string) => number;
  /** A unit changes by itself. */
  readonly set: (unit: string, state: string) => void;
  readonly end: () => void;
}

// `stop` takes the next line of what a unit becomes.
const systemctl = `#!/bin/sh
cd "$SUCCESSION_TEST_UNITS" || exit 99
case $1 in
  show)
    shift; [ "$1" = -p ] || exit 98
    case $2 in
      Wants) echo "Wants=$(cat wants 2>/dev/null)" ;;
      MainPID) echo MainPID=0 ;;
      *) echo "$2=$(cat "state/$3" 2>/dev/null || echo inactive)" ;;
    esac ;;
  stop)
    shift
    for unit in "$@"; do
      [ "$unit" != -- ] && [ -e "state/$unit" ] || continue
      next=$(head -n 1 "after/$unit" 2>/dev/null); left=$(sed 1d "after/$unit" 2>/dev/null)
      echo "\${next:-inactive}" >"state/$unit"
      [ -z "$left" ] || echo "$left" >"after/$unit"
      echo "$unit" >>stops
    done ;;
  disable) echo "$2" >>disabled ;;
  is-enabled) if grep -qx "$2" disabled 2>/dev/null; then echo disabled; exit 1; else echo enabled; fi ;;
  *) exit 97 ;;
esac
`;

/** Units by name. Call `end` when done. */
export function masterShell(units: Readonly<Record<string, TestUnit>>): MasterShell {
  const folder = mkdtempSync(join(tmpdir(), 'succession-master-'));
  for (const part of ['bin', 'state', 'after']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, 'bin', 'systemctl'), systemctl);
  chmodSync(join(folder, 'bin', 'systemctl'), 0o755);
  for (const [name, unit] of Object.entries(units)) {
    writeFileSync(join(folder, 'state', name), `${unit.state}\n`);
    if (unit.afterStop !== undefined)
      writeFileSync(join(folder, 'after', name), `${unit.afterStop.join('\n')}\n`);
  }
  const wanted = Object.entries(units).flatMap(([name, unit]) => (unit.wanted === false ? [] : [name]));
  writeFileSync(join(folder, 'wants'), wanted.join(' '));
  writeFileSync(join(folder, 'stops'), '');
  const environment = {
    ...process.env,
    PATH: [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    SUCCESSION_TEST_UNITS: folder,
  };
  return {
    run: (script) =>
      new Promise((resolve) => {
        const child = execFile('/bin/sh', ['-s'], { env: environment }, (error, stdout) => {
          const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ status, lines: stdout.split('\n').filter((line) => line !== '') });
        });
        child.stdin?.end(script);
      }),
    states: () =>
      Object.fromEntries(
        readdirSync(join(folder, 'state')).map((name) => [
          name,
          readFileSync(join(folder, 'state', name), 'utf8').trim(),
        ]),
      ),
    stops: (unit) =>
      readFileSync(join(folder, 'stops'), 'utf8')
        .split('\n')
        .filter((line) => line === unit).length,
    set: (unit, state) => {
      // Whole or not at all: a script may be reading it.
      writeFileSync(join(folder, 'next'), `${state}\n`);
      renameSync(join(folder, 'next'), join(folder, 'state', unit));
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
