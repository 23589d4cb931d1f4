/** The Redis that Atoll says it is, so that clients use what both have; its own version comes from the host. */
export const REDIS_VERSION = "7.2.4";
