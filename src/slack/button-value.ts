// What a button carries: whose it is, and which diagnosis it speaks about. Ids only; whoever clicks is checked again.

export interface ButtonValue {
  incidentId: string;
  diagnosisId: string;
}

const SEPARATOR = '/';

export const encodeButton = ({ incidentId, diagnosisId }: ButtonValue): string =>
  `${incidentId}${SEPARATOR}${diagnosisId}`;

export function decodeButton(value: string | undefined): ButtonValue | undefined {
  const [incidentId, diagnosisId] = (value ?? '').split(SEPARATOR);
  return incidentId && diagnosisId ? { incidentId, diagnosisId } : undefined;
}
