/**
 * The house: which folder may import which. Imports go one way, from the bottom of this table to its top.
 *
 * A file belongs to the row with the longest matching `place`. `may` names the rows it may import besides its own;
 * `packages` the packages and Node modules. The rows marked `core` perform no I/O and read no clock.
 */
export interface Layer {
  readonly place: string;
  readonly may: readonly string[];
  readonly packages: readonly string[];
  readonly core: boolean;
}

const GROUND = ["src/byte-range.ts", "src/copy-bytes.ts", "src/double-text.ts", "src/limits/"];
const CORE = [
  "crdt/",
  ...GROUND,
  "transport/",
  "src/resp/",
  "src/geo/",
  "src/store/",
  "src/rdb/",
  "src/commands/",
  "src/replica/",
  "src/persistence/",
  "src/persistence/status.ts",
];

const SIMULATION = ["sim/run/", "sim/oracles/", "sim/world/", "sim/scenario/", "sim/spec/", "sim/limits.ts"];

const LAYERS: readonly Layer[] = [
  { place: "src/byte-range.ts", may: [], packages: [], core: true },
  { place: "src/copy-bytes.ts", may: [], packages: [], core: true },
  { place: "src/double-text.ts", may: ["src/byte-range.ts"], packages: [], core: true },
  { place: "src/limits/", may: [], packages: [], core: true },
  { place: "crdt/", may: [], packages: [], core: true },
  { place: "transport/", may: ["crdt/"], packages: ["@msgpack/msgpack"], core: true },
  { place: "transport/dialer.ts", may: ["transport/", "crdt/"], packages: ["node:*"], core: false },
  {
    place: "transport/websocket.ts",
    may: ["transport/", "transport/dialer.ts", "crdt/"],
    packages: ["ws", "node:*"],
    core: false,
  },
  { place: "src/resp/", may: GROUND, packages: [], core: true },
  { place: "src/geo/", may: [], packages: [], core: true },
  { place: "src/store/", may: ["crdt/", ...GROUND], packages: ["node:zlib"], core: true },
  { place: "src/rdb/", may: GROUND, packages: [], core: true },
  { place: "src/replica/", may: ["src/store/", "transport/", "crdt/", ...GROUND], packages: [], core: true },
  { place: "src/persistence/status.ts", may: [], packages: [], core: true },
  {
    place: "src/persistence/",
    may: ["src/persistence/status.ts", "src/replica/", "src/store/", "transport/", "crdt/", ...GROUND],
    packages: ["node:zlib"],
    core: true,
  },
  {
    place: "src/commands/",
    may: ["src/resp/", "src/geo/", "src/store/", "src/rdb/", "src/persistence/status.ts", "crdt/", ...GROUND],
    packages: [],
    core: true,
  },
  { place: "src/server/", may: [...CORE, "transport/websocket.ts"], packages: ["*"], core: false },
  {
    place: "src/cli/",
    may: ["src/server/", "src/persistence/", ...GROUND],
    packages: ["commander", "node:*"],
    core: false,
  },
  { place: "src/main.ts", may: ["src/cli/", "src/server/"], packages: ["node:*"], core: false },
  { place: "sim/limits.ts", may: [], packages: [], core: true },
  { place: "sim/spec/", may: [], packages: [], core: true },
  { place: "sim/scenario/", may: [...CORE, "sim/spec/", "sim/limits.ts"], packages: ["zod"], core: true },
  { place: "sim/world/", may: [...CORE, "sim/scenario/", "sim/spec/", "sim/limits.ts"], packages: [], core: true },
  {
    place: "sim/oracles/",
    may: [...CORE, "sim/world/", "sim/scenario/", "sim/spec/", "sim/limits.ts"],
    packages: [],
    core: true,
  },
  {
    place: "sim/run/",
    may: [...CORE, "sim/oracles/", "sim/world/", "sim/scenario/", "sim/spec/", "sim/limits.ts"],
    packages: [],
    core: true,
  },
  { place: "sim/search/", may: [...CORE, ...SIMULATION], packages: [], core: true },
  { place: "sim/exhaustive/", may: [...CORE, ...SIMULATION, "sim/search/"], packages: [], core: true },
  { place: "sim/report/", may: [...CORE, ...SIMULATION], packages: [], core: true },
  {
    place: "sim/",
    may: [...CORE, ...SIMULATION, "sim/search/", "sim/exhaustive/", "sim/report/"],
    packages: ["*"],
    core: false,
  },
  {
    place: "bench/",
    may: [...CORE, "src/server/", "transport/websocket.ts", ...SIMULATION, "sim/search/", "sim/exhaustive/"],
    packages: ["*"],
    core: false,
  },
  {
    place: "chaos/",
    may: ["src/cli/", "sim/world/"],
    packages: ["commander", "node:*"],
    core: false,
  },
  { place: "test/", may: ["*"], packages: ["*"], core: false },
];

export function layerOf(path: string): Layer | undefined {
  return LAYERS.filter(({ place }) => path.startsWith(place)).toSorted((a, b) => b.place.length - a.place.length)[0];
}
