/** Something drawn: where it is, so that it can be put into the pieces that a long picture is cut into. */
import type { Markup } from "./markup.ts";

export interface Drawn {
  readonly fromY: number;
  readonly untilY: number;
  /** What is deeper is drawn over what is less deep: shades, quiet lines, arrows, labels. */
  readonly depth: number;
  readonly markup: Markup;
}
