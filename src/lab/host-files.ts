// What a lab's host has on its disk before anything is installed: `ctl`, and how its server writes its log.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quote } from '../remote/quote.js';
import { hostDirectory, keeperAddress, keeperPort } from './lab-files.js';
import type { KeeperCard } from './lab-files.js';

/** Makes the host's folders and files. */
export async function writeHostFiles(directory: string, address: string, card: KeeperCard): Promise<void> {
  const home = hostDirectory(directory, address);
  for (const folder of ['conf', 'data', 'logs']) await mkdir(join(home, folder), { recursive: true });
  await writeFile(join(home, 'ctl'), control(address, card), { mode: 0o700 });
  await writeFile(join(home, 'conf', 'log4j.properties'), log4j);
  await writeFile(join(home, 'conf', 'logback.xml'), logback);
}

/** The lab's `systemctl`. Without a keeper no server runs, so then `stop` has nothing to do and `start` can't. */
function control(address: string, card: KeeperCard): string {
  return `#!/usr/bin/env bash
# Controls the server of the lab's host ${address}.
set -u
home=$(cd "$(dirname "$0")" && pwd)
verb=\${1:-}

ask() {
  if ! { exec 3<>/dev/tcp/${keeperAddress(card.subnet)}/${keeperPort}; } 2>/dev/null; then
    if kill -0 ${card.pid} 2>/dev/null; then echo "the lab's keeper takes no connection" >&2; exit 2; fi
    case $verb in
      stop | kill) exit 0 ;;
      running) exit 1 ;;
    esac
    echo 'the lab is down' >&2; exit 2
  fi
  printf '%s\\n' "${card.token} $verb "${quote(address)} >&3
  read -r -t 60 verdict text <&3 || { echo "the lab's keeper does not answer" >&2; exit 2; }
  if [ "$verdict" != ok ]; then echo "$text" >&2; exit 1; fi
  if [ -n "$text" ]; then echo "$text"; fi
}

case $verb in
  start | stop | kill | pause | resume | running) ask ;;
  enable) touch "$home/enabled" ;;
  disable) rm -f "$home/enabled" ;;
  enabled) [ -e "$home/enabled" ] ;;
  *) echo "usage: ctl start|stop|kill|pause|resume|running|enable|disable|enabled" >&2; exit 64 ;;
esac
`;
}

/** Each probe is a connection of its own: at INFO they would bury everything else. */
const noisy = [
  'server.NIOServerCnxn',
  'server.NIOServerCnxnFactory',
  'server.command',
  'server.PrepRequestProcessor',
];

const log4j = `log4j.rootLogger=INFO, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %-5p [%t] %c{1}: %m%n
${noisy.map((name) => `log4j.logger.org.apache.zookeeper.${name}=WARN`).join('\n')}
`;

const logback = `<configuration>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{ISO8601} %-5level [%thread] %logger{0}: %msg%n</pattern></encoder>
  </appender>
${noisy.map((name) => `  <logger name="org.apache.zookeeper.${name}" level="WARN" />`).join('\n')}
  <root level="INFO"><appender-ref ref="console" /></root>
</configuration>
`;
