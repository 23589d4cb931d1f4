/** What a key holds, as a reader sees it. */
export const KeyType = { none: 0, string: 1, hash: 2, set: 3, zset: 4, list: 5 } as const;

export type KeyTypeValue = (typeof KeyType)[keyof typeof KeyType];
export type CollectionType = typeof KeyType.hash | typeof KeyType.set | typeof KeyType.zset | typeof KeyType.list;

export const COLLECTION_TYPES: readonly CollectionType[] = [KeyType.hash, KeyType.set, KeyType.zset, KeyType.list];

export function isCollectionType(type: number): type is CollectionType {
  return type >= KeyType.hash && type <= KeyType.list;
}

/** The types whose elements have an order. */
export function isOrdered(type: CollectionType): boolean {
  return type >= KeyType.zset;
}
