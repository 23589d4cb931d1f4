/** The geo commands by themselves, with the places of Redis's manual. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const SICILY = "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania";

beforeEach(() => {
  run("FLUSHALL");
  run(SICILY);
});

describe("GEOADD", () => {
  test("counts what is new, and with CH what moved", () => {
    expect(run(SICILY)).toBe(0);
    expect(run("GEOADD Sicily CH 13.5 38 Palermo 15 37 Etna")).toBe(2);
    expect(run("GEOADD Sicily NX CH 1 1 Palermo 1 1 Enna")).toBe(1);
    expect(run("GEOADD Sicily XX CH 1 1 Palermo 1 1 Ragusa")).toBe(1);
    expect(run("ZSCORE Sicily Ragusa")).toBe(null);
  });

  test("writes nothing when one of the places is off the map", () => {
    expect(run("GEOADD g 1 1 a 1 86 b")).toBe("(error) ERR invalid longitude,latitude pair 1.000000,86.000000");
    expect(run("EXISTS g")).toBe(0);
    expect(run("GEOADD g 1 1 a 1 86")).toBe("(error) ERR syntax error");
    expect(run("GEOADD g NX XX 1 1 a")).toBe("(error) ERR syntax error");
  });

  test("makes a sorted set", () => {
    expect(run("TYPE Sicily")).toBe("zset");
    expect(run("ZSCORE Sicily Palermo")).toBe("3479099956230698");
  });
});

describe("places", () => {
  test("are told as degrees, geohashes and distances", () => {
    expect(run("GEOPOS Sicily Palermo none")).toEqual([["13.36138933897018433", "38.11555639549629859"], null]);
    expect(run("GEOHASH Sicily Palermo Catania none")).toEqual(["sqc8b49rny0", "sqdtr74hyu0", null]);
    expect(run("GEODIST Sicily Palermo Catania")).toBe("166274.1516");
    expect(run("GEODIST Sicily Palermo Catania KM")).toBe("166.2742");
    expect(run("GEODIST Sicily Palermo none")).toBe(null);
    expect(run("GEODIST none Palermo Catania")).toBe(null);
  });

  test("are doubles in RESP3, but for distances", () => {
    const resp3 = new LocalNode(3);
    resp3.run(SICILY);
    const [degrees] = resp3.execute(["GEOPOS", "Sicily", "Palermo"]).items;
    expect(degrees?.items.map(({ type }) => type)).toEqual([",", ","]);
    expect(resp3.execute(["GEODIST", "Sicily", "Palermo", "Catania"]).type).toBe("$");
  });
});

describe("searches", () => {
  test("find what is within a circle or a box", () => {
    expect(run("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 100 km")).toEqual(["Catania"]);
    expect(run("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km DESC")).toEqual(["Palermo", "Catania"]);
    expect(run("GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 100 mi ASC WITHDIST COUNT 1")).toEqual([
      ["Palermo", "0.0000"],
    ]);
    expect(run("GEORADIUS_RO Sicily 15 37 200 km WITHHASH WITHCOORD COUNT 1")).toEqual([
      ["Catania", 3_479_447_370_796_909, ["15.08726745843887329", "37.50266842333162032"]],
    ]);
  });

  test("store members where they are, or how far away", () => {
    expect(run("GEOSEARCHSTORE t Sicily FROMLONLAT 15 37 BYRADIUS 200 km")).toBe(2);
    expect(run("GEOPOS t Catania")).toEqual(run("GEOPOS Sicily Catania"));
    expect(run("GEORADIUSBYMEMBER Sicily Palermo 200 km STOREDIST Sicily")).toBe(2);
    expect(run("ZSCORE Sicily Palermo")).toBe("0");
    expect(Number(run("ZSCORE Sicily Catania"))).toBeCloseTo(166.2741516, 6);
  });

  test("that find nothing remove the target", () => {
    run("SET t text");
    expect(run("GEOSEARCHSTORE t Sicily FROMLONLAT 0 0 BYRADIUS 1 m")).toBe(0);
    expect(run("EXISTS t")).toBe(0);
    run("SET t text");
    expect(run("GEORADIUS none 0 0 1 m STORE t")).toBe(0);
    expect(run("EXISTS t")).toBe(0);
  });

  test("cross no type, and find only members that are there", () => {
    run("SET s text");
    expect(run("GEOSEARCH s FROMLONLAT 0 0 BYRADIUS 1 m")).toMatch(/WRONGTYPE/);
    expect(run("GEOSEARCH Sicily FROMMEMBER none BYRADIUS 1 m")).toBe(
      "(error) ERR could not decode requested zset member",
    );
    expect(run("GEOSEARCH none FROMMEMBER none BYRADIUS 1 m")).toEqual([]);
  });

  test("name their keys to clients", () => {
    expect(run("COMMAND GETKEYS GEORADIUS k 1 2 3 m STOREDIST a STORE b")).toEqual(["k", "b", "a"]);
    expect(run("COMMAND GETKEYSANDFLAGS GEORADIUSBYMEMBER k m 3 m STORE b")).toEqual([
      ["k", ["RO", "access"]],
      ["b", ["OW", "update"]],
    ]);
  });
});
