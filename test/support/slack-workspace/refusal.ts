// The one way in which a method refuses: `{ok: false, error: code}`, with the validator's findings as details.

export class SlackRefusal extends Error {
  override name = 'SlackRefusal';
  readonly code: string;
  readonly details: string[];

  constructor(code: string, details: string[] = []) {
    super(code);
    this.code = code;
    this.details = details;
  }
}
