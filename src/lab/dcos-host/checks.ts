// Stand-in for 3dt, dcos-diagnostics and dcos-check-runner: `checks.js {3dt|dcos-diagnostics|dcos-check-runner|daemon} …`.

import { activeVersion, isMaster } from './scripts/master-role.js';
import { runChecks } from './scripts/check-runner.js';
import { serveHealth } from './scripts/health-server.js';
import { unitsHealth } from './scripts/unit-health.js';

const [tool, ...args] = process.argv.slice(2);
const role = isMaster() ? 'master' : 'agent';

switch (tool) {
  case 'daemon':
    console.log('stand-in of a lab for the diagnostics of DC/OS');
    serveHealth({ role, version: activeVersion() ?? '' });
    break;
  case '3dt':
    process.exitCode = diagnose();
    break;
  case undefined:
  default: {
    const report = await runChecks(role, activeVersion() ?? '', args);
    process.stdout.write(report.stdout);
    process.stderr.write(report.stderr);
    process.exitCode = report.exitStatus;
  }
}

/** `3dt --diag`: a line for each unhealthy unit, and 1 when there is one (dcos/3dt `3dt.go`). */
function diagnose(): number {
  if (!args.some((arg) => /^--?diag$/.test(arg))) {
    console.error('Usage: 3dt --diag');
    return 2;
  }
  const ill = unitsHealth().filter((unit) => unit.health !== 0);
  ill.forEach((unit) => console.log(`[${unit.id}]: ${unit.name} ${unit.output}`));
  if (ill.length === 0) return 0;
  console.error('Found unhealthy systemd units');
  return 1;
}
