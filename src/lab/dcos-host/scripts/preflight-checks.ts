// What does `dcos_install.sh` look at before it installs, and how does it say so? (`check_all` in gen/build_deploy/bash.py)

import { isFromBefore111 } from './version-families.js';

/** 2888 and 3888, ZooKeeper's own ports, are in neither list. */
const masterPorts = {
  spartan:
    '53:spartan 80:adminrouter 443:adminrouter 1050:3dt 2181:zookeeper 5050:mesos-master 7070:cosmos 8080:marathon ' +
    '8101:dcos-oauth 8123:mesos-dns 8181:exhibitor 9000:metronome 9942:metronome 9990:cosmos 15055:dcos-history ' +
    '33107:navstar 36771:marathon 41281:zookeeper 42819:spartan 43911:minuteman 46839:metronome 61053:mesos-dns ' +
    '61420:epmd 61421:minuteman 62053:spartan 62080:navstar',
  net:
    '53:dcos-net 80:adminrouter 443:adminrouter 1050:dcos-diagnostics 2181:zookeeper 5050:mesos-master 7070:cosmos ' +
    '8080:marathon 8101:dcos-oauth 8123:mesos-dns 8181:exhibitor 9000:metronome 9942:metronome 9990:cosmos ' +
    '15055:dcos-history 36771:marathon 41281:zookeeper 46839:metronome 61053:mesos-dns 61420:epmd 62080:dcos-net ' +
    '62501:dcos-net',
} as const;
const agentPorts = {
  spartan:
    '53:spartan 5051:mesos-agent 34451:navstar 39851:spartan 43995:minuteman 61001:agent-adminrouter 61420:epmd ' +
    '61421:minuteman 62053:spartan 62080:navstar',
  net: '53:dcos-net 5051:mesos-agent 61001:agent-adminrouter 61420:epmd 62080:dcos-net 62501:dcos-net',
} as const;

/** Shell functions; `check_all` returns the number of checks that failed. */
export function preflightChecks(version: string): string {
  const isOld = isFromBefore111(version);
  const net = isOld ? 'spartan' : 'net';
  return `print_status() {
    if [[ $1 == 0 ]]; then echo -e "\${BOLD}PASS \${2:-}\${NORMAL}"; else echo -e "\${RED}FAIL \${2:-}\${NORMAL}"; fi
}

# Prints how a check went, and counts it when it failed.
conclude() {
    print_status "$1" "\${2:-}"
    ((OVERALL_RC += $1))
}

check_preexisting_dcos() {
    echo -e -n 'Checking if DC/OS is already installed: '
    if [[ -d /etc/systemd/system/dcos.target || -d /etc/systemd/system/dcos.target.wants ]] || ${
      isOld
        ? '[[ -a /opt/mesosphere ]]'
        : '{ [[ -a /opt/mesosphere ]] && [[ -n "$(ls -A /opt/mesosphere)" ]]; }'
    }; then
        print_status 1 "\${NORMAL}(Currently installed)"
        echo
        echo 'Found an existing DC/OS installation. To reinstall DC/OS on this this machine you must'
        echo 'first uninstall DC/OS then run dcos_install.sh. To uninstall DC/OS, follow the product'
        echo 'documentation provided with DC/OS.'
        echo
        exit 1
    fi
    print_status 0 "\${NORMAL}(Not installed)"
}

check_selinux() {
    local enabled=Disabled RC=0
    ! command -v getenforce >/dev/null || enabled=$(getenforce)
    [[ $enabled != Enforcing ]] || RC=1
    conclude $RC 'Is SELinux disabled?'
}

check_command_exists() {
    echo -e -n "Checking if \${2:-$1} is installed and in PATH: "
    command -v "$1" >/dev/null 2>&1
    conclude $(($? != 0))
}

# check_version NAME AT_LEAST FOUND
check_version() {
    echo -e -n "Checking $1 version requirement (>= $2): "
    [[ $(printf '%s\\n' "$2" "$3" | sort -V | tail -n 1) == "$3" ]]
    conclude $? "\${NORMAL}($3)"
}

check_docker() {
    local version
    check_command_exists docker
${
  isOld
    ? ''
    : `    echo -e -n 'Checking if Docker is running: '
    docker info >/dev/null 2>&1
    conclude $(($? != 0))
`
}    version=$(docker version --format '{{.Client.Version}} {{.Server.Version}}' 2>/dev/null | tr ' ' '\\n' | sort -V | head -n 1)
    check_version docker 1.6 "\${version:-0}"
}

check_service() {
    echo -e -n "Checking if port $1 (required by $2) is in use: "
    [[ -z $(ss -Hltun "sport = :$1") ]]
    conclude $?
}

check_storage_driver() {
    local driver data
    echo -e -n 'Checking Docker is configured with a production storage driver: '
    driver=$(docker info 2>/dev/null | sed -n 's/^ *Storage Driver: *//p')
    data=$(docker info 2>/dev/null | sed -n 's/^ *Data file: *//p')
    if [[ $driver == devicemapper && $data == /dev/loop* ]]; then
        print_status 1 "\${NORMAL}($driver, $data)"
        echo 'Docker is configured to use the devicemapper storage driver with a loopback device behind it.'
        exit 1
    fi
    print_status 0 "\${NORMAL}($driver)"
}

check_all() {
    set +o errexit
    local name pair ports
    echo -e "\${BOLD}Running preflight checks\${NORMAL}"
    check_preexisting_dcos
    check_selinux
    check_docker
    for name in curl bash ping tar xz unzip ipset systemd-notify; do
        check_command_exists $name
    done
    check_command_exists systemctl systemd
    check_version systemd 200 "$(systemctl --version | sed -n '1s/^systemd \\([0-9]*\\).*/\\1/p')"
${
  isOld
    ? `    echo -e -n "Checking if group 'nogroup' exists: "
    getent group nogroup >/dev/null
    conclude $(($? != 0))
`
    : ''
}    if [[ " $ROLES " == *' slave '* || " $ROLES " == *' slave_public '* ]]; then
        ports='${agentPorts[net]}'
    else
        ports='${masterPorts[net]}'
    fi
    for pair in $ports; do
        check_service "\${pair%%:*}" "\${pair##*:}"
    done
    check_storage_driver
    # Two roles are one word to the real script, and no valid one.
    case $ROLES in
        master | slave | slave_public | minuteman) ;;
        *)
            echo -e "\${RED}FAIL Invalid role $ROLES. Role must be one of {master,slave,slave_public}\${NORMAL}"
            ((OVERALL_RC += 1))
            ;;
    esac
    return $OVERALL_RC
}
`;
}
