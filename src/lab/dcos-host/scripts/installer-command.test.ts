import { expect, test } from 'vitest';
import { installerCommand } from './installer-command.js';

test.each([
  [[], { kind: 'genconf' }],
  [['-v', '--genconf'], { kind: 'genconf' }],
  [['--generate-node-upgrade-script', '1.9.10'], { kind: 'generate-node-upgrade-script', from: '1.9.10' }],
  [['--generate-node-upgrade-script'], { kind: 'generate-node-upgrade-script', from: undefined }],
  [['--generate=1.9.10'], { kind: 'generate-node-upgrade-script', from: '1.9.10' }],
  [['--web'], { kind: 'absent', mode: 'web' }],
  [['-h'], { kind: 'help' }],
  [
    ['--genconf', '--validate-config'],
    { kind: 'usage', message: 'argument --validate-config: not allowed with argument --genconf' },
  ],
  [['master'], { kind: 'usage', message: 'unrecognized arguments: master' }],
  [['--ver'], { kind: 'usage', message: 'ambiguous option: --ver could match --version, --verbose' }],
])('%j', (args, command) => {
  expect(installerCommand(args, { hasSshModes: true })).toEqual(command);
});

test('from 2.0 on the SSH installer and its validation are gone', () => {
  expect(installerCommand(['--validate-config'], { hasSshModes: false })).toMatchObject({ kind: 'usage' });
});
