// What does `dcos_node_upgrade.sh` do on a node, version by version? (`dcos_installer/upgrade.py`)

import { dcosVersion, type DcosVersion } from '../../../platform/dcos/versions.js';
import { quote } from '../../../remote/quote.js';
import type { Generation } from './install-script.js';

const checkTools = '/opt/mesosphere/bin';

/** The upgrade script of one generation, for nodes that run `from`. It takes no role: the node's own files say it. */
export function upgradeScript(generation: Generation, from: string): string {
  const { settings, packageIds } = generation;
  const { version, variant, bootstrapUrl } = settings;
  const facts = dcosVersion(version);
  const checks = facts === undefined ? 'void' : facts.upgradeChecks;
  const ids = packageIds.join(' ');
  return `${checks === 'exhibitor' ? '\n' : ''}#!/bin/bash
# Stand-in for DC/OS' dcos_node_upgrade.sh of ${version}, ${variant}.
# Generation date: ${generation.generatedAt}
set -o errexit -o nounset -o pipefail

source /opt/mesosphere/environment.export

# On a terminal only; a TERM that tput does not know ends the script.
if [ -t 1 ]; then
    colors_supported=$(tput colors)
    : "$colors_supported"
fi
${facts === undefined ? '' : argumentLoop(facts)}
if [[ $EUID -ne 0 ]]; then
    echo "This script must be run as root" 1>&2
    exit 1
fi

from=${quote(from)}
to=${quote(version)}
found_version=$(grep version /opt/mesosphere/etc/dcos-version.json | cut -d '"' -f 4)
if [ "$found_version" != "$from" ]; then
    echo ${quote(`ERROR: Expecting to upgrade DC/OS from ${from} to ${version}.`)} "Version found on node: $found_version"
    exit 1
fi

ROLE_DIR=/etc/mesosphere/roles
if [ -f $ROLE_DIR/master ]; then
    role=master role_name=master
elif [ -f $ROLE_DIR/slave ]; then
    role=slave role_name=agent
elif [ -f $ROLE_DIR/slave_public ]; then
    role=slave_public role_name='public agent'
else
    echo "ERROR: Can't determine this node's role." \\
        "One of master, slave, or slave_public must be present under $ROLE_DIR."
    exit 1
fi
: "$role"
${checks === 'exhibitor' ? '' : preCheck(facts)}
echo "Upgrading DC/OS $role_name $from -> $to"
pkgpanda fetch --repository-url=${quote(bootstrapUrl)} ${ids} > /dev/null
pkgpanda activate ${version.startsWith('2.2') ? '' : '--no-block '}${ids} > /dev/null

# A node that was upgraded from before 1.9 may lack the link.
mkdir -p /etc/profile.d
ln -sf /opt/mesosphere/environment.export /etc/profile.d/dcos.sh
${checks === 'exhibitor' ? exhibitorWait(settings.exhibitorPassword) : postCheck(facts)}`;
}

/** 1.10 knows the option in the first place only, 1.11 anywhere; from 1.13.0 a word without a dash is never shifted. */
function argumentLoop(facts: DcosVersion): string {
  if (!facts.skipsChecks) return '';
  if (facts.version.startsWith('1.10')) {
    return `
skip_checks=0
if [ "\${1:-}" == --skip-checks ]; then
    skip_checks=1
fi
`;
  }
  if (facts.upgradeArgument === 'ignored') {
    return `
skip_checks=0
for argument in "$@"; do
    case $argument in
        --skip-checks) skip_checks=1 ;;
        --verbose) set -o xtrace ;;
    esac
done
`;
  }
  return `
skip_checks=0
while [ $# -gt 0 ]; do
    case $1 in
        --skip-checks) skip_checks=1; shift ;;
        -v | --verbose) set -o xtrace; shift ;;
        -*)
            echo "Error: Unsupported flag $1" >&2
            echo "Usage: $0 [--skip-checks] [-v|--verbose]" >&2
            exit 1
            ;;
        # As in the real one, nothing takes any other word away.
        *) ;;
    esac
done
`;
}

function runner(facts: DcosVersion | undefined): { readonly tool: string; readonly config: string } {
  return facts?.checkTool === 'dcos-diagnostics'
    ? {
        tool: `${checkTools}/dcos-diagnostics`,
        config: '/opt/mesosphere/etc/dcos-diagnostics-runner-config.json',
      }
    : { tool: `${checkTools}/dcos-check-runner`, config: '/opt/mesosphere/etc/dcos-check-config.json' };
}

/** From 1.12.0 on `cluster` is taken for the name of a node check, which nobody knows: nothing runs, and that is 0. */
function preCheck(facts: DcosVersion | undefined): string {
  const { tool, config } = runner(facts);
  const real = `    for type in node-poststart cluster; do
        if ! output=$(${tool} check $type 2>&1); then
            echo "Cannot proceed with upgrade, \${type%%-*} checks failed"
            echo "$output" >&2
            exit 1
        fi
    done
`;
  const voided = `    if ! output=$(${tool} check node-poststart cluster 2>&1); then
        echo 'Cannot proceed with upgrade, checks failed'
        echo "$output" >&2
        exit 1
    fi
`;
  return `
if [ $skip_checks -eq 0 ] && [ -f ${config} ]; then
${facts?.upgradeChecks === 'real' ? real : voided}fi
`;
}

/** 300 tries, a second apart. In 1.10 the last failure ends the script without a word, for errexit is on. */
function postCheck(facts: DcosVersion | undefined): string {
  const { tool } = runner(facts);
  const command =
    facts?.upgradeChecks === 'real'
      ? `${tool} check node-poststart && ${tool} check cluster`
      : `${tool} check node-poststart '&&' ${tool} check cluster`;
  const isSilent = facts?.version.startsWith('1.10') === true;
  const complaint = isSilent ? '' : "            echo 'Node upgrade not successful, checks failed'\n";
  return `
node_is_well() {
    { ${command}; } > /dev/null 2>&1
}
if [ $skip_checks -eq 0 ]; then
    tries=1
    until node_is_well; do
        if [ $tries -ge 300 ]; then
${complaint}            exit 1
        fi
        tries=$((tries + 1))
        sleep 1
    done
fi
`;
}

/** 1.9: done as soon as the node's Exhibitor answers, which it does before it starts ZooKeeper. */
function exhibitorWait(password: string): string {
  const login = password === '' ? '' : ` ${quote('--username=admin', `--password=${password}`)}`;
  return `
if [ "$role" == master ]; then
    until dcos-shell dcos-exhibitor-migrate-perform${login}; do
        case $? in
            1)
                echo 'Waiting for Exhibitor...'
                sleep 10
                ;;
            2)
                echo 'ERROR: Could not read from Exhibitor.'
                echo 'Please contact support.'
                exit 1
                ;;
            4)
                echo 'Rolling update in progress.'
                exit
                ;;
            8)
                echo 'ERROR: At least one Exhibitor config value does not have the expected pre-migration value.'
                exit 1
                ;;
            16)
                echo 'ERROR: Exhibitor update failed with a non-OK response.'
                exit 1
                ;;
        esac
    done
fi
`;
}
