import { expect, test } from 'vitest';
import { networkOf } from './lab-network.js';

test('networkOf takes the smallest network that holds all hosts and the operator', () => {
  expect(networkOf(['172.31.16.60', '172.31.31.63'])).toEqual({ prefix: 16, operator: '172.31.255.254' });
  expect(networkOf(['10.1.2.3', '10.1.2.4'])).toEqual({ prefix: 24, operator: '10.1.2.254' });
  expect(networkOf(['10.1.2.3', '10.1.2.254'])).toEqual({ prefix: 16, operator: '10.1.255.254' });
  expect(networkOf(['10.1.2.3', '10.9.2.3'])).toEqual({ prefix: 8, operator: '10.255.255.254' });
  expect(networkOf(['10.10.0.149', '100.10.0.66'])).toBeUndefined();
});
