// Parts that verdicts of every kind share: the legs table, numbered steps, the guide's first steps, and the end with
// what is odd but harmless and what was not checked.

import type { Unavailable } from '../diagnosis/evidence.ts';
import type { FaultType } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';
import { changedSince } from './changes.ts';
import type { Part } from './document.ts';
import { wordsOf } from './findings.ts';
import { firstSteps } from './first-steps.ts';
import { type Line, line, quoted, strong } from './fragment.ts';
import { unavailableWords } from './interface.ts';
import { legTable, statusOf } from './legs.ts';
import { type Outline, SHOWN } from './outline.ts';
import { wordsOfProbe } from './probes.ts';
import { phrases } from './verdict-phrases.ts';

/** Broken legs first of all, but never all the room: what works is evidence too. Shown in their own order. */
export function legsPart({ legs }: Outline, language: Language): Part[] {
  if (legs.length === 0) return [];
  const broken = legs.filter((leg) => statusOf(leg) === 'failed');
  const working = legs.filter((leg) => statusOf(leg) === 'ok');
  const byWorth = [...broken.slice(0, SHOWN.brokenLegs), ...working, ...broken, ...legs];
  const kept = new Set([...new Set(byWorth)].slice(0, SHOWN.legs));
  const shown = legs.filter((leg) => kept.has(leg));
  return [{ kind: 'legs', table: legTable(shown, language) }];
}

/** What somebody did is often what broke it; that nobody did anything is worth knowing too. */
export const changesPart = ({ changed, at }: Outline, language: Language): Part[] =>
  changed ? [{ kind: 'text', line: changedSince(changed, at, language) }] : [];

export const steps = (title: string, items: string[]): Part => ({
  kind: 'list',
  title: line(strong(title)),
  ordered: true,
  items: items.slice(0, SHOWN.steps).map(stepLine),
});

/** A step that is a command is shown as one, so that it can be copied; a remark in brackets is not part of it. */
function stepLine(step: string): Line {
  const command = /^(kubectl [^(（]*[^(（\s])(.*)$/.exec(step);
  return command ? line(quoted(command[1] ?? ''), command[2] ?? '') : line(step);
}

export function guideSteps(playbook: string, language: Language): Part[] {
  const known = ['cluster', 'pod', 'dns', 'cross-node', 'policy', 'ipam', 'mtu', 'cni-health'];
  if (!known.includes(playbook)) return [];
  const words = firstSteps(playbook as FaultType, language).map((step, index) => `${index + 1}. ${step}`);
  return [
    { kind: 'note', line: line(`${phrases.guide[language]}${phrases.gap[language]}${words.join(' · ')}`) },
  ];
}

/** After the action: what is odd but harmless here, what was not checked, and which part of the cluster was looked at. */
export function closing(outline: Outline, language: Language): Part[] {
  const advisories = outline.advisories.slice(0, SHOWN.advisories).map((finding): Part => {
    const words = wordsOf(finding, language);
    return {
      kind: 'text',
      line: line(
        strong(phrases.advisory[language]),
        phrases.gap[language],
        words.headline,
        phrases.stop[language],
        phrases.gap[language],
        words.steps[0] ?? '',
      ),
    };
  });
  return [...advisories, ...uncheckedPart(outline, language), ...coveragePart(outline, language)];
}

function uncheckedPart({ unchecked }: Outline, language: Language): Part[] {
  const names = uncheckedWords(unchecked, language);
  if (names.length === 0) return [];
  const more = names.length > SHOWN.unchecked ? ` +${names.length - SHOWN.unchecked}` : '';
  const said = names.slice(0, SHOWN.unchecked).join('; ');
  return [
    { kind: 'note', line: line(`${phrases.notChecked[language]}${phrases.gap[language]}${said}${more}`) },
  ];
}

const coveragePart = ({ coverage }: Outline, language: Language): Part[] =>
  coverage ? [{ kind: 'note', line: line(phrases.covered[language](coverage)) }] : [];

/** Several checks that one place could not answer for one reason are one item. */
function uncheckedWords(unchecked: Unavailable[], language: Language): string[] {
  const groups = Object.groupBy(unchecked, (each) => `${placeOf(each, language)} ${each.reason}`);
  return Object.values(groups).map((group = []) => {
    const [first] = group as [Unavailable];
    const what =
      group.length === 1
        ? wordsOfProbe(first.label, first.vantage, language)
        : phrases.severalChecks[language](placeOf(first, language), group.length);
    return what + phrases.aside[language](unavailableWords[first.reason][language]);
  });
}

/** A node, or the API server. */
export function placeOf({ vantage }: Unavailable, language: Language): string {
  if (vantage.kind === 'api') return phrases.apiServer[language];
  return quoted(vantage.node);
}
