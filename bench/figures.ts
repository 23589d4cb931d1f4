/**
 * Figures as people read them.
 */
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function whole(value: number): string {
  return WHOLE.format(value);
}

export function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
