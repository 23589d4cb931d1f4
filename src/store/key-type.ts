/** What a key holds, as a reader sees it. */
export const KeyType = { none: 0, string: 1, hash: 2, set: 3 } as const;

export type KeyTypeValue = (typeof KeyType)[keyof typeof KeyType];
export type CollectionType = typeof KeyType.hash | typeof KeyType.set;
