// Which incidents become one: those of which one names all proven causes of the other.

import { expect, test } from 'vitest';
import type { Finding } from '../../src/diagnosis/finding.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { mergesOf } from '../../src/incidents/merging.ts';
import { sampleDiagnosis, sampleRequest } from '../support/sample-diagnosis.ts';
import { sampleIncident } from '../support/verdict-samples.ts';

const cause = (node: string, changes: Partial<Finding> = {}): Finding =>
  ({
    code: 'node.firewall-drop',
    subject: { kind: 'node', name: node },
    node,
    confidence: 'proven',
    advisory: false,
    ...changes,
  }) as unknown as Finding;

function incident(
  id: string,
  causes: Finding[],
  changes: Partial<Incident> = {},
  cluster = 'prod-eu',
): Incident {
  const request = sampleRequest({ cluster });
  const diagnosis = { ...sampleDiagnosis(request, 'root-cause'), findings: causes };
  return sampleIncident({
    id,
    request,
    diagnosing: false,
    diagnosis,
    openedAt: `2026-01-01T00:0${id}:00.000Z`,
    ...changes,
  });
}

const pairs = (...incidents: Incident[]): string[] =>
  mergesOf(incidents).map(({ from, into }) => `${from.id} into ${into.id}`);

test('the later of two with the same cause goes into the earlier', () => {
  expect(pairs(incident('2', [cause('n2')]), incident('1', [cause('n2')]))).toEqual(['2 into 1']);
});

test('one with fewer causes goes into the one that names them all, also when that came later', () => {
  expect(pairs(incident('1', [cause('n1')]), incident('2', [cause('n1'), cause('n2')]))).toEqual([
    '1 into 2',
  ]);
});

test('all go into one, never into one that goes itself', () => {
  const incidents = ['1', '2', '3', '4'].map((id) => incident(id, [cause('n1')]));

  expect(pairs(...incidents)).toEqual(['2 into 1', '3 into 1', '4 into 1']);
});

test.each<[string, Incident]>([
  ['on another node', incident('2', [cause('n3')])],
  ['of another kind', incident('2', [cause('n2', { code: 'node.forward-drop' } as Partial<Finding>)])],
  ['in another cluster', incident('2', [cause('n2')], {}, 'prod-us')],
  ['that is only likely', incident('2', [cause('n2', { confidence: 'likely' })])],
  ['beside one of its own', incident('2', [cause('n2'), cause('n3')])],
  ['that is only advice', incident('2', [cause('n2', { advisory: true })])],
  ['of a resolved incident', incident('2', [cause('n2')], { state: 'resolved' })],
  ['of one that is diagnosed again', incident('2', [cause('n2')], { diagnosing: true })],
])('a cause %s merges nothing', (_, other) => {
  expect(pairs(incident('1', [cause('n2'), cause('n9')]), other)).toEqual([]);
});
