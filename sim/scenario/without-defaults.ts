/**
 * A scenario as people would write it: without the fields that say what is assumed anyway.
 *
 * The schema itself says what is assumed, so a new field or kind of fault needs
 * nothing here. Fields come in the schema's order, whatever order they were
 * written in. `checkedScenario` of the result is the scenario again.
 */
import * as z from "zod";
import type { Scenario, ScenarioInput } from "./scenario.ts";
import { scenarioSchema } from "./schema.ts";

type Schema = z.core.$ZodType;
type Fields = Readonly<Record<string, unknown>>;

export function withoutDefaults(scenario: Scenario): ScenarioInput {
  return stripped(scenario, scenarioSchema) as ScenarioInput;
}

/** What each field is when it is left out, for the fields that may be left out and are something then. */
export function defaultsIn(schema: Schema, value: unknown): ReadonlyMap<string, unknown> {
  const object = objectFor(schema, value);
  const defaults = new Map<string, unknown>();
  for (const [name, field] of Object.entries(object?.shape ?? {}))
    if (field instanceof z.ZodDefault) defaults.set(name, field.def.defaultValue);
  return defaults;
}

function stripped(value: unknown, schema: Schema): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return stripped(value, schema.def.innerType);
  if (schema instanceof z.ZodArray && Array.isArray(value))
    return value.map((element) => stripped(element, schema.def.element));
  const object = objectFor(schema, value);
  if (object === undefined) return value;
  const written: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(object.shape)) {
    const given = (value as Fields)[name];
    if (given === undefined) continue;
    const short = stripped(given, field);
    if (!(field instanceof z.ZodDefault && isSame(short, stripped(field.def.defaultValue, field))))
      written[name] = short;
  }
  return written;
}

/** The schema of an object; of several kinds of object, that of this one's kind. */
function objectFor(schema: Schema, value: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return undefined;
  const { discriminator, options } = schema.def;
  return options.find((option): option is z.ZodObject => {
    const field = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    return field instanceof z.ZodLiteral && field.value === (value as Fields)[discriminator];
  });
}

/** Both come from here, so that their fields have the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
