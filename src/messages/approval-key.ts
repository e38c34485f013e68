// What `npx cni approval-key` says about the pair that it made, or did not.

import type { Phrase } from './phrase.ts';

export const approvalKeyWords: {
  made: Phrase<[privatePath: string, publicPath: string]>;
  exists: Phrase<[path: string]>;
  failed: Phrase<[path: string, why: string]>;
} = {
  made: {
    en: (privatePath, publicPath) =>
      `${privatePath} is for the bot alone, ${publicPath} for the remediators. Whoever has the first can approve anything.`,
    zh: (privatePath, publicPath) =>
      `${privatePath} 仅供 bot 使用，${publicPath} 供 remediator 使用。持有前者即可批准任何修复，请妥善保管。`,
  },
  exists: {
    en: (path) => `${path} is there already and stays as it is. Move it away first, or name another folder.`,
    zh: (path) => `${path} 已存在，未作改动。请先将其移走，或指定其他目录。`,
  },
  failed: {
    en: (path, why) => `${path} could not be written: ${why}`,
    zh: (path, why) => `无法写入 ${path}：${why}`,
  },
};
