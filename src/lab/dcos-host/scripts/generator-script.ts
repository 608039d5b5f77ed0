// How does `dcos_generate_config.sh` behave around its container? (`gen/build_deploy/bash/dcos_generate_config.sh.in`)

import { createHash } from 'node:crypto';
import { quote } from '../../../remote/quote.js';
import { dcosVersion } from '../../../platform/dcos/versions.js';
import type { LabOrder } from './lab-order.js';

/** The commit that a version's stand-in claims as its own: any 40 hex digits, always the same ones. */
export function imageCommit(version: string, variant: LabOrder['variant']): string {
  return createHash('sha1').update(`commit ${version} ${variant}`).digest('hex');
}

/** The id of a version's bootstrap tarball, for its names. */
export function bootstrapId(version: string, variant: LabOrder['variant']): string {
  return createHash('sha1').update(`bootstrap ${version} ${variant}`).digest('hex');
}

/**
 * The script that a bootstrap node runs in the folder that holds `genconf/`. Docker is asked for its version, as the
 * real one does; where the real one runs its image, \`generate.js\` of this package runs.
 */
export function generatorScript(order: Pick<LabOrder, 'version' | 'variant'>): string {
  const { version, variant } = order;
  const facts = dcosVersion(version);
  const tag = `${imageCommit(version, variant).slice(0, 18)}-${bootstrapId(version, variant).slice(0, 18)}`;
  const isModern = facts?.publishesPort !== true;
  return `#!/bin/bash
# variant: ${variant === 'enterprise' ? 'ee' : ''}
# Stand-in for DC/OS' dcos_generate_config of ${version}, ${variant}: its arguments, messages, exit codes and traps.
set -o errexit -o nounset -o pipefail

docker version >/dev/null 2>&1 || { echo >&2 "docker should be installed and running. Aborting."; exit 1; }

genconf_tar=${quote(`dcos-genconf.${tag}.tar`)}
image=${quote(`mesosphere/dcos-genconf:${tag}`)}
# Docker's store of images, of which the stand-in needs no more than whether this one is in it.
loaded=/var/lib/dcos-genconf/${tag}
${isModern ? forgetBrokenTar : ''}
if [ ! -f "$genconf_tar" ]; then
    echo Extracting image from this script and loading into docker daemon, this step can take a few minutes${isModern ? ' >&2' : ''}
    : > "$genconf_tar"
    echo "$genconf_tar"
    mkdir -p "$(dirname "$loaded")"
    : > "$loaded"
    echo "Loaded image: $image"${isModern ? ' >&2' : ''}
fi

if [ ! -d genconf/state ]; then
    mkdir -p genconf/state
fi

container=${facts?.skipsChecks === true ? '${DCOS_INSTALLER_CONTAINER_NAME:-$genconf_tar}' : '$genconf_tar'}

refuse_to_run() {
    echo "docker: $1" >&2
    echo "See 'docker run --help'." >&2
    exit 125
}

# The volume's option is not quoted: a blank in the folder's name makes two words of it.
set_words() { words=$#; }
# shellcheck disable=SC2046
set_words $(pwd)
[ "$words" -eq 1 ] || refuse_to_run "invalid reference format."
if [ ! -e "$loaded" ]; then
    echo "Unable to find image '$image' locally" >&2
    refuse_to_run "Error response from daemon: pull access denied for mesosphere/dcos-genconf."
fi
exec 9>"/run/lock/$container.lock"
flock -n 9 || refuse_to_run "Error response from daemon: Conflict. The container name \\"/$container\\" is already in use."
${facts?.publishesPort === true ? portCheck : ''}
run_container() {
    /usr/bin/node /usr/lib/succession/dist/lab/dcos-host/generate.js ${quote(version, variant)} "$@"
}

if [ "\${DCOS_INSTALLER_DAEMONIZE:-false}" == "true" ]; then
    run_container "$@" </dev/null >/dev/null 2>&1 &
    echo "$container" | sha256sum | cut -d ' ' -f 1
    exit 0
fi
# A signal is acted upon when the container has ended, as it is beside docker run.
trap 'exit 1' HUP INT TERM
run_container "$@"
${isModern ? startBootstrapAuthority : ''}`;
}

/** In 2.x: whatever ran before is ended, and where there is a CA it serves on 443 from now on. */
const startBootstrapAuthority = `if [ -d genconf/ca ]; then
    systemctl stop dcos-bootstrap-ca 2>/dev/null || true
    systemd-run -q --collect --unit=dcos-bootstrap-ca -p Restart=always -p "WorkingDirectory=$(pwd)" \\
        /usr/bin/node /usr/lib/succession/dist/lab/dcos-host/bootstrap-ca.js
fi
`;

/** In 2.x; before, a tar whose image was pruned stays in the way. */
const forgetBrokenTar = `
if [ -f "$genconf_tar" ] && [ ! -e "$loaded" ]; then
    rm -f "$genconf_tar"
fi
`;

const portCheck = `port=\${PORT:-9000}
if [ -n "$(ss -Hltn "sport = :$port")" ]; then
    refuse_to_run "Error response from daemon: Bind for 0.0.0.0:$port failed: port is already allocated."
fi
`;
