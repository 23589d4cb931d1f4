/** Lines of a text scenario about disks: what goes wrong with them, and what is kept on them. */
import { begin, durationMs, known, present, recover, settle, strikeNow, type Verb } from "./text-draft.ts";
import { LineProblem } from "./text-words.ts";

const REPLICA = /^(\w+)$/;
const LASTING = { atMs: 0, forMs: 0 };
/** How long a restored replica is away. */
const RESTORE_MS = 100;

export const DISK_VERBS: Readonly<Record<string, Verb>> = {
  "disk-full": {
    usage: "disk-full us",
    shape: REPLICA,
    read: (draft, [id = ""]) => begin(draft, { kind: "disk-full", ...LASTING, replica: known(draft, id) }),
    takes: settle,
  },
  "disk-fails": {
    usage: "disk-fails us writes",
    shape: /^(\w+)(?:\s+(writes|syncs))?$/,
    read: (draft, [id = "", what]) =>
      begin(draft, {
        kind: "disk-fails",
        ...LASTING,
        replica: known(draft, id),
        what: what === "writes" || what === "syncs" ? what : "all",
      }),
    takes: settle,
  },
  "disk-slow": {
    usage: "disk-slow us 2s",
    shape: /^(\w+)\s+(\S+)$/,
    read: (draft, [id = "", amount = ""]) =>
      begin(draft, { kind: "disk-slow", ...LASTING, replica: known(draft, id), syncMs: durationMs(amount) }),
    takes: settle,
  },
  flip: {
    usage: "flip us",
    shape: REPLICA,
    read: (draft, [id = ""]) => strikeNow(draft, { kind: "bit-flip", atMs: 0, replica: known(draft, id) }),
    takes: settle,
  },
  save: {
    usage: "save us",
    shape: REPLICA,
    read: (draft, [id = ""]) => strikeNow(draft, { kind: "save", atMs: 0, replica: present(draft, id) }),
    takes: settle,
  },
  backup: {
    usage: "backup us",
    shape: REPLICA,
    read: (draft, [id = ""]) => void draft.backups.set(known(draft, id), draft.atMs),
    takes: settle,
  },
  restore: {
    usage: "restore us",
    shape: REPLICA,
    read: (draft, [id = ""]) => {
      const backupMs = draft.backups.get(present(draft, id));
      if (backupMs === undefined) throw new LineProblem(`there is no backup of ${id}; 'backup ${id}' makes one`);
      strikeNow(draft, { kind: "restore", atMs: 0, forMs: RESTORE_MS, replica: id, backupMs });
    },
    takes: recover,
  },
};
