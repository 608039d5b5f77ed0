// On which side of 1.11, where the network's programs and pkgpanda's manners changed, does a version stand?

/** 1.9 and 1.10: spartan and navstar, units that are links, a preflight that minds an empty `/opt/mesosphere`. */
export function isFromBefore111(version: string): boolean {
  return /^1\.(?:9|10)(?:\.|$)/.test(version);
}
