// Stand-in for what runs in the installer's container: `generate.js VERSION VARIANT [ARGUMENT…]`, in the folder with `genconf/`.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dcosVersion } from '../../platform/dcos/versions.js';
import { hostFile } from './scripts/host-file.js';
import { installerCommand, type InstallerCommand } from './scripts/installer-command.js';
import { loadConfig, type Arguments } from './scripts/load-config.js';
import { writeServeFolder, writeUpgradeScript } from './scripts/serve-folder.js';
import { dcosRetry, settingsOf } from './scripts/settings.js';
import { validateConfig, validateSsh, type Complaint } from './scripts/validate-config.js';
import { makeAuthority } from './web/certificates.js';

const usage =
  'usage: dcos_generate_config.sh [-h] [--genconf | --generate-node-upgrade-script [VERSION] | --version]';

function main(args: readonly string[]): Promise<number> {
  const [version = '', variant = '', ...rest] = args;
  const command = installerCommand(rest, { hasSshModes: dcosVersion(version)?.publishesPort === true });
  return carryOut(command, version, variant === 'enterprise' ? 'enterprise' : 'open');
}

async function carryOut(
  command: InstallerCommand,
  version: string,
  variant: 'open' | 'enterprise',
): Promise<number> {
  switch (command.kind) {
    case 'help':
      print(`${usage}\n\nDC/OS Install and Configuration Utility (stand-in of a lab)`);
      return 0;
    case 'usage':
      console.error(`${usage}\ndcos_generate_config.sh: error: ${command.message}`);
      return 2;
    case 'version':
      print(JSON.stringify({ variant: variant === 'open' ? '' : 'ee', version }, null, 2));
      return 0;
    case 'absent':
      logError(`--${command.mode} is not part of the stand-in`);
      return 1;
    case 'generate-node-upgrade-script':
      if (command.from === undefined) {
        print('Must provide the version of the cluster upgrading from');
        return 1;
      }
      return generate(version, variant, command.from);
    case 'validate-config':
      return validateOnly(variant);
    case 'genconf':
      print('====> EXECUTING CONFIGURATION GENERATION');
      return generate(version, variant, undefined);
  }
}

/** Complaints of the generator go to the log; an unreadable file is told on standard output. Undefined: told already. */
function readConfig(variant: 'open' | 'enterprise'): readonly [Arguments, readonly Complaint[]] | undefined {
  const loaded = loadConfig('genconf/config.yaml');
  if (loaded.kind === 'unreadable') {
    print(loaded.message);
    return undefined;
  }
  return [loaded.given, validateConfig(loaded.given, { variant, hasFile: existsSync })];
}

function validateOnly(variant: 'open' | 'enterprise'): number {
  const read = readConfig(variant);
  if (read === undefined) return 1;
  const complaints = [...read[1], ...validateSsh(read[0], { keyMode })];
  if (complaints.length === 0) return 0;
  logError('Validation of configuration parameters failed: ');
  complaints.forEach(({ key, message }) => logError(`${key}: ${message}`));
  return 1;
}

function keyMode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mode;
}

async function generate(
  version: string,
  variant: 'open' | 'enterprise',
  upgradeFrom: string | undefined,
): Promise<number> {
  const read = readConfig(variant);
  if (read === undefined) return 1;
  const [given, complaints] = read;
  if (complaints.length > 0) {
    complaints.forEach(({ key, message }) => logError(`${key}: ${message}`));
    return 1;
  }
  const ipDetect = readFileSync(given.get('ip_detect_filename') ?? 'genconf/ip-detect', 'utf8');
  const authorityPath = given.get('ca_certificate_path');
  const authority =
    authorityPath === undefined || variant === 'open' ? '' : readFileSync(authorityPath, 'utf8');
  const { bootstrapRetryMs, mesosRetryMs } = hostFile().timing;
  const retry = {
    usualMs: bootstrapRetryMs ?? dcosRetry.usualMs,
    mesosMs: mesosRetryMs ?? dcosRetry.mesosMs,
  };
  if (given.get('exhibitor_tls_enabled') === 'true') await initExhibitorAuthority();
  const settings = settingsOf(given, { version, variant, ipDetect, retry, authority });
  // Once for the validation, once for the generation.
  logInfo('Generating configuration files...');
  logInfo('Generating configuration files...');
  const served = writeServeFolder('genconf', settings, new Date().toISOString());
  served.setupPaths.forEach((path) => logInfo(`Package filename: ${path}`));
  print('Generating Bash configuration files for DC/OS');
  if (upgradeFrom !== undefined) {
    print(`Node upgrade script URL: ${writeUpgradeScript('genconf', served.generation, upgradeFrom)}`);
  }
  return 0;
}

/** Made once: `gen/exhibitor_tls_bootstrap.py` of 2.0. What starts it is around this program. */
async function initExhibitorAuthority(): Promise<void> {
  if (existsSync('genconf/ca/root-cert.pem')) return;
  const { certificate, key } = await makeAuthority('Exhibitor root');
  mkdirSync('genconf/ca', { recursive: true, mode: 0o700 });
  writeFileSync('genconf/ca/root-key.pem', key, { mode: 0o600 });
  writeFileSync('genconf/ca/root-cert.pem', certificate);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** coloredlogs with `isatty=True`: colours, whoever reads. */
function logInfo(line: string): void {
  process.stderr.write(`\u001B[0m${line}\u001B[0m\n`);
}

function logError(line: string): void {
  process.stderr.write(`\u001B[1;31m${line}\u001B[0m\n`);
}

process.exitCode = await main(process.argv.slice(2));
