// Faults that the lab cannot show or that no evidence tells apart there, each with the reason. They are on the accuracy page
// in place of a drill: a drill is never loosened until it passes.

export interface NotShown {
  readonly fault: string;
  readonly why: string;
}

export const notShown: readonly NotShown[] = [
  {
    fault: 'connection-tracking table full',
    why: 'its limit is one for the whole machine and cannot be lowered for a node of the lab; shown on a recording with changed answers',
  },
  {
    fault: 'two nodes with one pod range',
    why: 'the controller manager that assigns the ranges cannot be made to; shown on a recording with changed answers',
  },
  {
    fault: 'neighbour table full',
    why: 'its limits are those of the whole machine',
  },
];
