/** The types of values in RDB, by the byte they begin with. Streams (15, 19, 21) and values of modules (6, 7) are not read. */
export const ValueType = {
  string: 0,
  list: 1,
  set: 2,
  /** Scores as decimal texts. */
  zsetOfTexts: 3,
  hash: 4,
  /** Scores as doubles. */
  zset: 5,
  hashOfZipmap: 9,
  listOfZiplist: 10,
  setOfIntset: 11,
  zsetOfZiplist: 12,
  hashOfZiplist: 13,
  listOfZiplists: 14,
  hashOfListpack: 16,
  zsetOfListpack: 17,
  listOfListpacks: 18,
  setOfListpack: 20,
  hashWithDeadlines: 24,
  hashOfListpackWithDeadlines: 25,
} as const;

export type ValueKind = "string" | "list" | "set" | "zset" | "hash";
