// Drills that the end-to-end run leaves out for now, each with the reason. The benchmark still holds them, and docs/accuracy.md
// lists them. The list is to shrink: a drill leaves it when its verdict was seen right time and again on a quiet machine.

const crossNodeOnce = 'right on a busy machine, once or twice; not yet repeated on a quiet one';

export const heldBack: Readonly<Record<string, string>> = {
  'fdb-wrong': crossNodeOnce,
  'neighbour-missing': crossNodeOnce,
  'neighbour-wrong': crossNodeOnce,
  'vni-different': crossNodeOnce,
  'port-different': crossNodeOnce,
  'tunnel-port-dropped-by-nft': crossNodeOnce,
  'tunnel-port-dropped-by-legacy': crossNodeOnce,
  'rp-filter-asymmetric': crossNodeOnce,
  'bridge-down': crossNodeOnce,
  'loss-on-the-switch': crossNodeOnce,
  'loss-by-rule': crossNodeOnce,
  'node-cut-off': crossNodeOnce,
  'underlay-port-down': crossNodeOnce,
  'kubelet-stopped': crossNodeOnce,
};
