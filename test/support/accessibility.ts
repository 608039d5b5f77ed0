// What axe says of a page in a browser.

import { source as axe } from 'axe-core';
import type { Page } from 'playwright-core';

/** Each violation with where it is; none when all is well. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found: { violations: { id: string; nodes: { target: string[] }[] }[] } =
    await page.evaluate('axe.run()');
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}
