/**
 * Thrown through the product's code where a simulated process dies in the middle of what it does: before an effect that
 * never happens. Nobody there may catch it; what the process was then is never looked at again.
 */
export class ProcessDied extends Error {}
