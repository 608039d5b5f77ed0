// How does `dcos_install.sh` go about a node? (`gen/build_deploy/bash.py`)

import { installServices } from './install-services.js';
import { preflightChecks } from './preflight-checks.js';
import type { Settings } from './settings.js';

/** What one generation adds to the settings: ids and the day. */
export interface Generation {
  readonly settings: Settings;
  /** The id of the file that names the cluster's packages, from 1.10 on. */
  readonly packageListId: string;
  readonly packageIds: readonly string[];
  readonly generatedAt: string;
  /** The certificate of the bootstrap CA, PEM; empty: Exhibitor speaks plainly. */
  readonly exhibitorRoot?: string;
}

/** The install script of one generation. It returns 0 as soon as systemd has begun with the services. */
export function installScript(generation: Generation): string {
  const { version, variant } = generation.settings;
  return `#!/bin/bash
# Stand-in for DC/OS' dcos_install.sh of ${version}, ${variant}.
# Usage: dcos_install.sh <role>
# Generation date: ${generation.generatedAt}
set -o errexit -o nounset -o pipefail

declare -i OVERALL_RC=0 PREFLIGHT_ONLY=0 DISABLE_PREFLIGHT=0 SYSTEMCTL_NO_BLOCK=0
ROLES='' RED='' BOLD='' NORMAL=''
if [ -t 1 ]; then
    colors_supported=$(tput colors)
    if [[ $colors_supported -ge 8 ]]; then
        RED='\\e[1;31m' BOLD='\\e[1m' NORMAL='\\e[0m'
    fi
fi

# An unknown option is reported by getopt; the script carries on with the others.
set +o errexit
ARGS=$(getopt -o dph --long disable-preflight,preflight-only,help,no-block-dcos-setup -n "$(basename "$0")" -- "$@")
set -o errexit

if [[ $EUID -ne 0 ]]; then
    echo "This script must be run as root" 1>&2
    exit 1
fi

usage() { echo -e "\${BOLD}Usage: $0 [--disable-preflight|--preflight-only] <roles>\${NORMAL}"; }

${preflightChecks(version)}
${installServices(generation)}
main() {
    eval set -- "$ARGS"
    while true; do
        case "$1" in
            -d | --disable-preflight) DISABLE_PREFLIGHT=1; shift ;;
            -p | --preflight-only) PREFLIGHT_ONLY=1; shift ;;
            --no-block-dcos-setup) SYSTEMCTL_NO_BLOCK=1; shift ;;
            -h | --help) usage; exit 1 ;;
            --) shift; break ;;
            *) usage; exit 1 ;;
        esac
    done
    ROLES="$*"
    if ((PREFLIGHT_ONLY)); then
        check_all
        exit $?
    fi
    if [[ -z $ROLES ]]; then
        echo -e 'Atleast one role name must be specified'
        usage
        exit 1
    fi
    echo -e "\${BOLD}Starting DC/OS Install Process\${NORMAL}"
    if ((!DISABLE_PREFLIGHT)); then
        check_all
        RC=$?
        if [[ $RC -ne 0 ]]; then
            echo 'Preflight checks failed. Exiting installation. Please consult product documentation'
            exit $RC
        fi
    fi
    set -o errexit
    dcos_install
}

set +o errexit
main "$@"
`;
}
