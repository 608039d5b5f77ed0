import fc from 'fast-check';
import { randomPlan } from './test/support/random-plans.js';
const c: Record<string, number> = {};
for (const p of fc.sample(randomPlan, 400)) { const k = [...new Set(p.stages.map((s) => s.kind + (s.fullStop ? '!' : '')))].sort().join('+') + (p.expected.rebuiltHosts > 0 ? ' rebuilt' : ''); c[k] = (c[k] ?? 0) + 1; }
console.log(c);
