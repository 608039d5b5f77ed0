// What do DC/OS' two little tools around ZooKeeper's data do, as far as an operator sees?

/**
 * 1.9's helper of the upgrade script: 0 when the local Exhibitor answers, 1 when it can't be reached, 2 for any answer
 * but 200 (`packages/exhibitor/extra/exhibitor_migrate_perform.py`).
 */
export const migrateHelper = `#!/bin/bash
# Stand-in for DC/OS' dcos-exhibitor-migrate-perform: Exhibitor already has the folders of 1.9.
set -o nounset
username='' password=''
for argument in "$@"; do
    case $argument in
        --username=*) username=\${argument#*=} ;;
        --password=*) password=\${argument#*=} ;;
        *) echo "unrecognized arguments: $argument" >&2; exit 2 ;;
    esac
done
if [ -n "$username" ]; then printf 'user = "%s:%s"\\n' "$username" "$password"; fi |
    curl --config - --silent --connect-timeout 3 --max-time 13 --output /dev/null --write-out '%{http_code}' \\
        http://127.0.0.1:8181/exhibitor/v1/config/get-state | {
    read -r status
    [ "$status" != 000 ] || exit 1
    [ "$status" == 200 ] || exit 2
}
`;

/** `packages/exhibitor/extra/dcos_zk_backup.py`: needs ZooKeeper stopped, and leaves `myid` out. */
export const zookeeperBackup = `#!/bin/bash
# Stand-in for DC/OS' dcos-zk: backup FILE, restore FILE.
set -o errexit -o nounset -o pipefail
folder=/var/lib/dcos/exhibitor
usage() { echo 'usage: dcos-zk {backup,restore} [-t TMP_DIR] [-v] FILE' >&2; exit 2; }
[ "$#" -ge 2 ] || usage
action=$1
shift
file=''
while [ "$#" -gt 0 ]; do
    case $1 in
        -t) [ "$#" -ge 2 ] || usage; shift 2 ;;
        -v) shift ;;
        -*) usage ;;
        *) file=$1; shift ;;
    esac
done
[ -n "$file" ] || usage
if [ -f "$folder/zk.pid" ] && kill -0 "$(cat "$folder/zk.pid")" 2>/dev/null; then
    echo 'ZooKeeper must not be running. Aborting.' >&2
    exit 1
fi
case $action in
    backup)
        if [ -e "$file" ]; then
            echo "Backup file already exists: $file" >&2
            exit 1
        fi
        tar -C "$folder" -czf "$file" --exclude=myid --exclude=zookeeper.out zookeeper
        echo 'ZooKeeper backup taken successfully' ;;
    restore)
        id=''
        [ ! -f "$folder/zookeeper/snapshot/myid" ] || id=$(cat "$folder/zookeeper/snapshot/myid")
        rm -rf "\${folder:?}/zookeeper"
        tar -C "$folder" -xzf "$file"
        if [ -n "$id" ]; then echo "$id" > "$folder/zookeeper/snapshot/myid"; fi
        chown -R dcos_exhibitor "$folder/zookeeper"
        echo 'Local ZooKeeper instance restored successfully' ;;
    *) usage ;;
esac
`;
