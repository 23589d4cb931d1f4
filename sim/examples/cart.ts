/**
 * A shopping cart, kept in two ways: as a set of items, and as a hash of items and quantities.
 *
 * A household uses one cart, everybody from the region that is nearest. While a region is cut off, people go on
 * filling and emptying what they see there; when it is joined again, the carts merge. What may they rely on?
 *
 *     atoll sim search sim/examples/cart.ts
 *
 * finds a run in which the last expectation does not hold. The rows that the comments cite are those of
 * docs/SEMANTICS.md.
 */
import { listOf, numberOf, pairsOf, scenario, wait } from "atoll/sim";

const ITEMS = ["apples", "bread", "coffee", "dates"];
const QUANTITY_MAX = 5;
/** Long after a command, the other region has heard of it, if it hears of anything. */
const HEARD_MS = 300;

export default scenario({
  name: "shopping cart",
  replicas: ["us", "eu"],
  links: { "us-eu": { baseMs: 40, jitterMs: 5 } },
  endMs: 8_000,
  faults: { kinds: ["partition"], everyMs: 2_000, forMs: 2_500 },

  clients: {
    // Puts items into the set, and takes them out again.
    *shopper({ random }) {
      for (;;) {
        const item = random.pick(ITEMS);
        yield random.chance(0.6) ? ["SADD", "cart", item] : ["SREM", "cart", item];
        yield wait(random.exponential(300));
      }
    },

    // Counts in the hash, and reacts to what it reads: not more than five of an item, and never less than none.
    *counter({ random }) {
      for (;;) {
        const item = random.pick(ITEMS);
        const quantity = numberOf(yield ["HGET", "quantities", item]);
        if (quantity < QUANTITY_MAX && random.chance(0.7)) yield ["HINCRBY", "quantities", item, 1];
        else if (quantity > 0) yield ["HINCRBY", "quantities", item, -1];
        yield wait(random.exponential(150));
      }
    },
  },

  expectations: {
    // Holds. Rows set-1 and set-2: an add beats a removal that had not seen it. So an item that was put in last in each
    // region that touched it is in the cart, whatever went wrong in between.
    "an item is kept where nobody removes it": (run) => {
      const cart = listOf(run.ask("us", "SMEMBERS", "cart"));
      for (const item of ITEMS) {
        const steps = run.commands({ key: "cart" }).filter(({ command }) => command[2] === item);
        const lasts = run.replicas.flatMap((replica) => steps.findLast((step) => step.replica === replica) ?? []);
        if (lasts.length > 0 && lasts.every(({ command }) => command[0] === "SADD") && !cart.includes(item))
          throw new Error(`${item} was put in last in every region, and is not in the cart`);
      }
    },

    // Holds. Row hash-3: increments of a field all count, each once, in whatever order they arrive.
    "a quantity is the sum of all its steps": (run) => {
      const quantities = pairsOf(run.ask("eu", "HGETALL", "quantities"));
      for (const item of ITEMS) {
        const steps = run.commands({ name: "HINCRBY" }).filter(({ command }) => command[2] === item);
        const sum = steps.reduce((total, { command }) => total + Number(command[3]), 0);
        const quantity = Number(quantities.get(item) ?? 0);
        if (quantity !== sum) throw new Error(`the hash has ${quantity} ${item}, and the steps add up to ${sum}`);
      }
    },

    // Breaks under a partition. Row set-1 from its other side: whoever takes an item out removes the adds that their own
    // region has seen. An add in a region that is cut off is not among them, even if it is long ago: the item comes
    // back when the regions are joined. "Removed last" is not "gone".
    "an item that is taken out after everybody put it in is gone": (run) => {
      const cart = listOf(run.ask("us", "SMEMBERS", "cart"));
      for (const item of ITEMS) {
        const steps = run.commands({ key: "cart" }).filter(({ command }) => command[2] === item);
        const lastAdd = steps.findLast(({ command }) => command[0] === "SADD");
        const removal = steps.findLast(({ command }) => command[0] === "SREM");
        if (lastAdd === undefined || removal === undefined || removal.atMs < lastAdd.atMs + HEARD_MS) continue;
        if (cart.includes(item))
          throw new Error(
            `${item} was put in at ${lastAdd.replica} at ${lastAdd.atMs.toFixed(0)} ms and taken out at ` +
              `${removal.replica} at ${removal.atMs.toFixed(0)} ms, and is in the cart`,
          );
      }
    },
  },
});
