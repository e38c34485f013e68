// The three steps of an upload: a URL is given, bytes are sent there, the upload is completed into a channel.

import { SlackRefusal } from './refusal.ts';
import type { SlackFile, WorkspaceState } from './state.ts';

const NAME_LIMIT = 255;

export interface Uploads {
  begin(args: Record<string, unknown>): Record<string, unknown>;
  /** False when no such upload was begun. */
  receive(id: string, content: string): boolean;
  complete(args: Record<string, unknown>): SlackFile[];
}

export function createUploads(state: WorkspaceState, baseUrl: () => string): Uploads {
  const begun = new Map<string, { name: string; length: number; content?: string }>();
  return {
    begin({ filename, length }) {
      if (typeof filename !== 'string' || filename === '' || filename.length > NAME_LIMIT)
        throw new SlackRefusal('invalid_arguments');
      if (!(Number(length) > 0)) throw new SlackRefusal('invalid_arguments');
      const id = state.nextId('F');
      begun.set(id, { name: filename, length: Number(length) });
      return { upload_url: `${baseUrl()}/upload/${id}`, file_id: id };
    },

    receive(id, content) {
      const upload = begun.get(id);
      if (!upload || Buffer.byteLength(content) !== upload.length) return false;
      upload.content = content;
      return true;
    },

    complete({ files }) {
      const listed = files as { id: string; title?: string }[];
      return listed.map(({ id, title }) => {
        const upload = begun.get(id);
        if (upload?.content === undefined) throw new SlackRefusal('file_not_found');
        begun.delete(id);
        return { id, name: upload.name, title: title ?? upload.name, content: upload.content };
      });
    },
  };
}
