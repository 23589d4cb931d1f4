/**
 * Aims, and how a figure stands to its aim: met, or missed by how much.
 */
export interface Aim {
  readonly what: string;
  readonly value: number;
  /** One of the two is given. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** "met" when all are; otherwise those that are missed, each with its distance. */
export function judge(aims: readonly Aim[]): string {
  const missed = aims.flatMap(({ what, value, atLeast, atMost }) => {
    if (atLeast !== undefined && !(value >= atLeast)) return [`${what} ${far(value, atLeast)} below ${atLeast}`];
    if (atMost !== undefined && !(value <= atMost)) return [`${what} ${far(value, atMost)} above ${atMost}`];
    return [];
  });
  return missed.length === 0 ? "met" : missed.join(", ");
}

function far(value: number, aim: number): string {
  const percent = (Math.abs(value - aim) / aim) * 100;
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
