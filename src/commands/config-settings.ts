/**
 * The settings that mean something to the running program, as plain fields
 * with units in their names. Each is fed by one row of config-parameters.ts;
 * the values here are overwritten with the rows' initial values at once.
 */
export interface OutputLimit {
  readonly hardBytes: number;
  readonly softBytes: number;
  readonly softSeconds: number;
}

/** A snapshot is due when so many changes were made and more than so many seconds have passed. */
export interface SaveRule {
  readonly seconds: number;
  readonly changes: number;
}

export type OutputClass = "normal" | "slave" | "pubsub";

export type LogLevel = "debug" | "verbose" | "notice" | "warning";

export type LoadingReads = "refuse" | "forward";

export interface Settings {
  port: number;
  bind: string;
  databases: number;
  maxClients: number;
  /** Idle clients are closed after so long; 0: never. */
  timeoutSeconds: number;
  tcpKeepaliveSeconds: number;
  /** Empty: no password is asked for. */
  requirePass: string;
  logLevel: LogLevel;
  /** Turns of the housekeeping timer a second. */
  hz: number;
  /** DEBUG SET-ACTIVE-EXPIRE. */
  activeExpire: boolean;
  /** How far ahead of our own a peer's clock may run. */
  clockOffsetMsMax: number;
  logBytesMax: number;
  /** What happens to reads while the replica is loading: refused, or answered by a peer. */
  /** Sent to all peers that are being repaired from here; 0: as many as they take. */
  repairBytesPerSecond: number;
  loadingReads: LoadingReads;
  /** Negative: nothing is logged. */
  slowlogThresholdMicroseconds: number;
  slowlogLengthMax: number;
  /** 0: the latency monitor is off. */
  latencyThresholdMs: number;
  latencyTracking: boolean;
  latencyPercentiles: readonly number[];
  bulkBytesMax: number;
  queryBufferBytesMax: number;
  outputLimits: Readonly<Record<OutputClass, OutputLimit>>;
  /** The data folder; empty: nothing is kept on disk. */
  dataDir: string;
  /** Is there a log? */
  appendOnly: boolean;
  appendSync: "always" | "everysec" | "no";
  saveRules: readonly SaveRule[];
  rewritePercent: number;
  rewriteBytesMin: number;
  stopWritesOnSaveError: boolean;
  loadTruncated: boolean;
  /** Reported; nothing is evicted. */
  memoryBytesMax: number;
  /** A HyperLogLog that grows longer is made dense. */
  sparseBytesMax: number;
  // What OBJECT ENCODING answers by.
  hashListpackEntries: number;
  hashListpackValueBytes: number;
  setIntsetEntries: number;
  setListpackEntries: number;
  setListpackValueBytes: number;
  zsetListpackEntries: number;
  zsetListpackValueBytes: number;
  /** From 0 on elements of a listpack, below 0 a size from 4 to 64 KiB. */
  listListpackSize: number;
}

export function defaultSettings(): Settings {
  const unlimited: OutputLimit = { hardBytes: 0, softBytes: 0, softSeconds: 0 };
  return {
    port: 0,
    bind: "",
    databases: 0,
    maxClients: 0,
    timeoutSeconds: 0,
    tcpKeepaliveSeconds: 0,
    requirePass: "",
    logLevel: "notice",
    hz: 0,
    activeExpire: true,
    clockOffsetMsMax: 0,
    logBytesMax: 0,
    repairBytesPerSecond: 0,
    loadingReads: "refuse",
    slowlogThresholdMicroseconds: 0,
    slowlogLengthMax: 0,
    latencyThresholdMs: 0,
    latencyTracking: true,
    latencyPercentiles: [],
    bulkBytesMax: 0,
    queryBufferBytesMax: 0,
    outputLimits: { normal: unlimited, slave: unlimited, pubsub: unlimited },
    dataDir: "",
    appendOnly: false,
    appendSync: "everysec",
    saveRules: [],
    rewritePercent: 0,
    rewriteBytesMin: 0,
    stopWritesOnSaveError: true,
    loadTruncated: true,
    memoryBytesMax: 0,
    sparseBytesMax: 0,
    hashListpackEntries: 0,
    hashListpackValueBytes: 0,
    setIntsetEntries: 0,
    setListpackEntries: 0,
    setListpackValueBytes: 0,
    zsetListpackEntries: 0,
    zsetListpackValueBytes: 0,
    listListpackSize: 0,
  };
}
