/** May a replica get traffic, and if not, why. */
export type Readiness = "ready" | "recovering" | "loading" | "stopping" | "forgotten";

export const NOT_READY: Readonly<Record<Exclude<Readiness, "ready">, string>> = {
  recovering: "This replica is loading what it has on disk.",
  loading: "This replica is filling itself from its peers.",
  stopping: "This replica is stopping.",
  forgotten: "This replica was forgotten by the cluster.",
};
