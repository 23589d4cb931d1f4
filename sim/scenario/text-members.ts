/** Lines of a text scenario about who belongs to the cluster. Who joins or is cloned need not have been named before. */
import { SIMULATED_REPLICAS_MAX } from "../limits.ts";
import { different, known, present, recover, settle, strikeNow, type Draft, type Verb } from "./text-draft.ts";
import { LineProblem } from "./text-words.ts";

export const MEMBER_VERBS: Readonly<Record<string, Verb>> = {
  join: {
    usage: "join ap through us",
    shape: /^(\w+)\s+through\s+(\w+)(?:\s+(fresh))?$/,
    read: (draft, [id = "", seed = "", fresh]) => {
      comes(draft, id);
      const [replica, through] = different(draft, id, seed);
      strikeNow(draft, { kind: "join", atMs: 0, replica, through, fresh: fresh !== undefined });
    },
    takes: recover,
  },
  clone: {
    usage: "clone ap of us",
    shape: /^(\w+)\s+of\s+(\w+)$/,
    read: (draft, [id = "", source = ""]) => {
      comes(draft, id);
      const [replica, of] = different(draft, id, present(draft, source));
      strikeNow(draft, { kind: "clone", atMs: 0, replica, of });
    },
    takes: recover,
  },
  leave: {
    usage: "leave us",
    shape: /^(\w+)$/,
    read: (draft, [id = ""]) => {
      strikeNow(draft, { kind: "leave", atMs: 0, replica: present(draft, id) });
      draft.left.add(id);
    },
    takes: settle,
  },
  forget: {
    usage: "forget ap by us",
    shape: /^(\w+)\s+by\s+(\w+)$/,
    read: (draft, [id = "", at = ""]) => {
      const [replica, by] = different(draft, known(draft, id), present(draft, at));
      strikeNow(draft, { kind: "forget", atMs: 0, replica, by });
      draft.forgotten.add(replica);
    },
    takes: settle,
  },
};

function comes(draft: Draft, id: string): void {
  draft.left.delete(id);
  draft.forgotten.delete(id);
  if (draft.replicas.some((plan) => plan.id === id)) return;
  if (draft.replicas.length === 0) throw new LineProblem("'replicas us eu' comes first");
  if (draft.replicas.length >= SIMULATED_REPLICAS_MAX)
    throw new LineProblem(`there are at most ${SIMULATED_REPLICAS_MAX} replicas`);
  draft.replicas = [...draft.replicas, { id, region: id, skewMs: 0, driftPpm: 0 }];
}
