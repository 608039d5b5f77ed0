// How is one member made to lead? By giving it, and no more than a bare quorum, a write that the others have yet to see.

import type { Address } from '../../model/ensemble.js';
import { leadersOf } from '../../run/sighting.js';
import { serve, type StageLab } from './stage-lab.js';

const limitMs = 30_000;

/** Whether `host` leads and all serve in the end. Elections prefer the newest data, and the id only where they are equal. */
export async function leadFirst(lab: StageLab, host: Address): Promise<boolean> {
  const members = lab.stage.from.map((member) => member.address);
  const leads = (): Promise<boolean> =>
    lab.until((services) => leadersOf(services).includes(host) && serve(services, members), limitMs);
  if (leadersOf(await lab.services()).includes(host)) return true;
  const others = members.filter((address) => address !== host);
  const quorum = Math.floor(members.length / 2) + 1;
  const informed = others.slice(0, quorum - 1);
  const behind = others.slice(quorum - 1);
  if (behind.length + 1 < quorum) return false;
  for (const address of behind) await lab.crash(address);
  await lab.until((services) => serve(services, [host, ...informed]), limitMs);
  if (!(await written(lab, host))) return false;
  for (const address of informed) await lab.crash(address);
  for (const address of behind) await lab.restart(address);
  const elected = await lab.until((services) => leadersOf(services).includes(host), limitMs);
  for (const address of informed) await lab.restart(address);
  return elected && (await leads());
}

/** A server may say that it serves a moment before a write goes through. */
async function written(lab: StageLab, host: Address): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    if (await lab.write(host, `/succession-lead-${tries}`)) return true;
    await new Promise((wake) => setTimeout(wake, lab.tickMs));
  }
  return false;
}
