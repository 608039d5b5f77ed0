import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { activeUnits, detachedUnit, forgetDetached, runDetached } from './detached.js';
import type { DetachedOrder } from './detached.js';
import { localTransport } from './local.js';
import { quote } from './quote.js';
import type { CommandResult, Transport } from './transport.js';

const systemdRun = `#!/bin/sh
# A stand-in for systemd-run: starts the command in a session of its own, under a name that can be had once.
set -C
unit=\${1#--unit=}; shift
[ "$1" = --remain-after-exit ] || exit 64
shift
{ : >"$STAND_IN_UNITS/$unit"; } 2>/dev/null || { echo "Unit $unit.service already exists." >&2; exit 1; }
setsid "$@" </dev/null >/dev/null 2>&1 &
echo $! >|"$STAND_IN_UNITS/$unit"
echo "Running as unit: $unit.service" >&2
`;

const systemctl = `#!/bin/sh
# A stand-in for systemctl: knows the units of the other stand-in.
runs() {
  pid=$(cat "$STAND_IN_UNITS/$1" 2>/dev/null) && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null &&
    ! grep -q '^State:.Z' "/proc/$pid/status"
}
case $1 in
  show)
    unit=\${6%.service}
    if runs "$unit"; then echo ActiveState=active; echo SubState=running
    elif [ -e "$STAND_IN_UNITS/$unit" ]; then echo ActiveState=active; echo SubState=exited
    else echo ActiveState=inactive; echo SubState=dead; fi ;;
  stop) rm -f "$STAND_IN_UNITS/\${2%.service}" ;;
  reset-failed) ;;
  list-units)
    for file in "$STAND_IN_UNITS"/*; do
      name=$(basename "$file")
      if runs "$name"; then sub=running; else sub=exited; fi
      echo "  $name.service loaded active $sub /bin/sh /var/lib/succession/$name/run"
    done ;;
  *) exit 64 ;;
esac
`;

const host = 'any';
const unit = detachedUnit('run-1', '2.3', 'install');
const never = new AbortController().signal;
const path = process.env['PATH'];

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'succession-detached-'));
  root = join(folder, 'state');
  for (const name of ['bin', 'units']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'bin', 'systemd-run'), systemdRun, { mode: 0o755 });
  writeFileSync(join(folder, 'bin', 'systemctl'), systemctl, { mode: 0o755 });
  process.env['PATH'] = `${join(folder, 'bin')}:${path}`;
  process.env['STAND_IN_UNITS'] = join(folder, 'units');
});
afterEach(() => {
  process.env['PATH'] = path;
  delete process.env['STAND_IN_UNITS'];
  rmSync(folder, { recursive: true, force: true });
});

function order(script: string, more: Partial<DetachedOrder> = {}): DetachedOrder {
  return { unit, script, timeoutMs: 30_000, signal: never, root, ...more };
}

/** This machine behind a connection that breaks as the list says: before the command, after it, or not. */
function brokenTransport(breaks: ('before' | 'after' | null)[]): Transport & { readonly asked: string[] } {
  const local = localTransport();
  const asked: string[] = [];
  const lost: CommandResult = { kind: 'unknown', cause: 'lost', reason: 'the connection broke' };
  return {
    asked,
    run: async (name, command, options) => {
      const broken = breaks.shift() ?? null;
      asked.push(command);
      if (broken === 'before') return lost;
      const result = await local.run(name, command, options);
      return broken === 'after' ? lost : result;
    },
    close: () => local.close(),
  };
}

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((wake) => setTimeout(wake, 10));
}

describe('a detached deed', () => {
  test('gives its status, its outputs and gets its input, which is not kept', async () => {
    const said: string[] = [];
    const result = await runDetached(
      localTransport(),
      host,
      order('cat; umask; pwd; echo oops >&2; exit 9', { stdin: 'grüße\n', say: (line) => said.push(line) }),
    );
    expect(result).toEqual({ kind: 'exited', status: 9, stdout: 'grüße\n0022\n/\n', stderr: 'oops\n' });
    expect(statSync(join(root, unit)).mode & 0o777).toBe(0o700);
    expect(existsSync(join(root, unit, 'input'))).toBe(false);
  });

  test('is done once, however often the connection breaks and it is asked for', async () => {
    const count = join(folder, 'count');
    const script = `echo x >>${quote(count)}; sleep 0.5; echo done`;
    const transport = brokenTransport(['before', 'after', null, 'after']);
    const said: string[] = [];
    const first = await runDetached(
      transport,
      host,
      order(script, { pollMs: 200, say: (line) => said.push(line) }),
    );
    expect(first).toMatchObject({ kind: 'exited', status: 0, stdout: 'done\n' });
    expect(said).toContain('the connection broke');
    expect(await runDetached(transport, host, order(script))).toEqual(first);
    // The system may have forgotten the unit since, over a reboot.
    rmSync(join(folder, 'units', unit));
    expect(await runDetached(transport, host, order(script))).toEqual(first);
    expect(readFileSync(count, 'utf8')).toBe('x\n');
  });

  test('two who ask at once start it once', async () => {
    const count = join(folder, 'count');
    const script = `echo x >>${quote(count)}; sleep 0.3`;
    const results = await Promise.all([1, 2].map(() => runDetached(localTransport(), host, order(script))));
    expect(results.map((result) => result.kind)).toEqual(['exited', 'exited']);
    expect(readFileSync(count, 'utf8')).toBe('x\n');
  });

  test('what was cut off is told as such and not begun again', async () => {
    const pid = join(folder, 'pid');
    const running = runDetached(
      localTransport(),
      host,
      order(`echo half; echo $$ >${quote(`${pid}.new`)}; mv ${quote(`${pid}.new`, pid)}; sleep 1000 & wait`, {
        stdin: 'secret',
        pollMs: 300,
      }),
    );
    await untilThere(pid);
    const transport = localTransport();
    expect(await activeUnits(transport, host, never)).toEqual({ kind: 'known', units: [unit] });
    expect(await forgetDetached(transport, host, unit, never, root)).toEqual({ kind: 'running' });
    // The unit's whole session: what a reboot takes away.
    const session = Number(readFileSync(join(folder, 'units', unit), 'utf8'));
    process.kill(-session, 'SIGKILL');
    expect(await running).toMatchObject({ kind: 'cut-off', stdout: 'half\n' });
    expect(existsSync(join(root, unit, 'input'))).toBe(false);
    expect(await runDetached(transport, host, order('true'))).toMatchObject({ kind: 'cut-off' });
    expect(await activeUnits(transport, host, never)).toEqual({ kind: 'known', units: [] });
    expect(await forgetDetached(transport, host, unit, never, root)).toEqual({ kind: 'gone' });
    expect(await runDetached(transport, host, order('echo anew'))).toMatchObject({ stdout: 'anew\n' });
  });

  test('goes on when we stop, or when time is up, and its outcome is unknown', async () => {
    const sign = join(folder, 'sign');
    const script = `echo waiting; while ! [ -e ${quote(sign)} ]; do sleep 0.05; done; echo through`;
    const late = await runDetached(localTransport(), host, order(script, { timeoutMs: 600, pollMs: 300 }));
    expect(late).toMatchObject({ kind: 'unknown' });
    expect(late.kind === 'unknown' && late.reason).toContain('last it said: waiting');
    const controller = new AbortController();
    const stopped = runDetached(localTransport(), host, order(script, { signal: controller.signal }));
    controller.abort();
    expect(await stopped).toMatchObject({ kind: 'unknown' });
    writeFileSync(sign, '');
    expect(await runDetached(localTransport(), host, order(script))).toMatchObject({
      kind: 'exited',
      stdout: 'waiting\nthrough\n',
    });
  });

  test('where the host lets nobody in nothing is asked twice', async () => {
    let asked = 0;
    const transport: Transport = {
      run: () => {
        asked += 1;
        return Promise.resolve({ kind: 'unknown', cause: 'host-key', reason: 'not known' });
      },
      close: () => Promise.resolve(),
    };
    expect(await runDetached(transport, host, order('true'))).toEqual({
      kind: 'unknown',
      reason: 'not known',
    });
    expect(asked).toBe(1);
  });
});
