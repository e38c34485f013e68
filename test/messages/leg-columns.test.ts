// Columns of the legs table may have any name.

import { expect, test } from 'vitest';
import type { Leg } from '../../src/diagnosis/playbook.ts';
import { legTable } from '../../src/messages/legs.ts';

test('a column named like a member of every object stays empty where it was not tried', () => {
  const legs: Leg[] = [
    {
      control: false,
      from: 'web (n1)',
      to: 'kube-dns',
      cells: JSON.parse('{"toString":{"status":"ok","ms":1}}'),
    },
    { control: true, from: 'n2', to: 'kube-dns', cells: {} },
  ];

  const { rows } = legTable(legs, 'en');

  expect(rows.map(({ cells }) => cells)).toEqual([['✓ 1 ms'], ['']]);
});
