// How moments are written: UTC, without a locale, so that two people read the same.

/** `2026-11-23 06:31:44 UTC`. */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${clock(iso)} UTC`;
}

/** `06:31:44`. */
export function clock(iso: string): string {
  return iso.slice(11, 19);
}
