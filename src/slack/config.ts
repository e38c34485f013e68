// What the Slack side has to be told. Values come from `src/config.ts`; the environment is not read here.

export type SlackConfig = {
  botToken: string;
  /** Absent: `/cni`. */
  commandName?: string;
  /** Absent: Slack itself. */
  slackApiUrl?: string;
  /** Longest wait for one Web API call; absent: 10 s. */
  apiTimeoutMs?: number;
  /** After so long without an answer the person hears that it takes longer; absent: 2.5 s. */
  slowAfterMs?: number;
} & (
  | { mode: 'socket'; appToken: string }
  /** `port` 0 takes any free one. */
  | { mode: 'http'; signingSecret: string; host: string; port: number }
);
