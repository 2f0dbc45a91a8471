// The implicit storage: keys, and which map callbacks run in.
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Key, Lwt } from "../../core/mod.ts";
import { overflow, thrownBy, withFilter } from "./_hook.ts";

const boom = new Error("boom");

Deno.test("155: a new key has no value", () => {
  assertEquals(new Key<number>().get(), undefined);
  assertEquals(Lwt.newKey<number>().get(), undefined);
  assertEquals(Lwt.newKey<number>() instanceof Key, true);
});

Deno.test("155: withValue sets the key while f runs, and restores the map afterwards", () => {
  const key = new Key<number>();
  const seen: unknown[] = [];
  const result = key.withValue(1, () => {
    seen.push(key.get());
    key.withValue(2, () => seen.push(key.get()));
    seen.push(key.get());
    return "result";
  });
  assertEquals(result, "result");
  assertEquals(seen, [1, 2, 1]);
  assertEquals(key.get(), undefined);
});

Deno.test("155: withValue restores the map also when f throws, and passes the error on", () => {
  const key = new Key<number>();
  key.withValue(1, () => {
    const error = thrownBy(() =>
      key.withValue(2, () => {
        throw boom;
      })
    );
    assertStrictEquals(error, boom);
    assertEquals(key.get(), 1);
  });
  assertEquals(key.get(), undefined);
});

Deno.test("156: withValue(undefined, f) hides the value for f only", () => {
  const key = new Key<number>();
  key.withValue(1, () => {
    key.withValue(undefined, () => assertEquals(key.get(), undefined));
    assertEquals(key.get(), 1);
  });
});

Deno.test("H3: a key set to undefined cannot be told from one not set", () => {
  const key = new Key<undefined>();
  assertEquals(key.withValue(undefined, () => key.get()), key.get());
});

Deno.test("157: keys do not influence each other", () => {
  const a = new Key<number>(), b = new Key<string>();
  a.withValue(1, () => {
    assertEquals([a.get(), b.get()], [1, undefined]);
    b.withValue("b", () => {
      assertEquals([a.get(), b.get()], [1, "b"]);
      a.withValue(undefined, () => assertEquals([a.get(), b.get()], [undefined, "b"]));
      a.withValue(2, () => assertEquals([a.get(), b.get()], [2, "b"]));
    });
    assertEquals([a.get(), b.get()], [1, undefined]);
  });
});

/** Each way to attach `f` to a promise that is to be fulfilled or rejected. */
const attachments: Record<string, (p: Lwt<void>, f: () => void) => void> = {
  bind: (p, f) => void p.bind(() => (f(), Lwt.returnUnit)),
  map: (p, f) => void p.map(f),
  catch: (p, f) => void Lwt.catch(() => p, () => (f(), Lwt.returnUnit)),
  tryBind: (p, f) =>
    void Lwt.tryBind(() => p, () => (f(), Lwt.returnUnit), () => (f(), Lwt.returnUnit)),
  finalize: (p, f) => void Lwt.finalize(() => p, () => (f(), Lwt.returnUnit)),
  onSuccess: (p, f) => p.onSuccess(f),
  onFailure: (p, f) => p.onFailure(f),
  onTermination: (p, f) => p.onTermination(f),
  onAny: (p, f) => p.onAny(f, f),
};

/** Those that call their function for a rejection. */
const forErrors = new Set(["catch", "tryBind", "finalize", "onFailure", "onTermination", "onAny"]);
/** Those that call their function for a value. */
const forValues = new Set(
  Object.keys(attachments).filter((n) => n !== "catch" && n !== "onFailure"),
);

for (const [name, attach] of Object.entries(attachments)) {
  Deno.test(`158: ${name} on a pending promise remembers the map of the moment`, () => {
    for (const [settle, names] of [["wakeup", forValues], ["wakeupExn", forErrors]] as const) {
      if (!names.has(name)) continue;
      const key = new Key<string>();
      const seen: unknown[] = [];
      const [p, r] = Lwt.wait<void>();
      key.withValue("attached", () => attach(p, () => seen.push(key.get())));
      key.withValue("resolving", () => r[settle](undefined));
      assertEquals(seen, ["attached"]);
    }
  });

  Deno.test(`158: ${name} attached where nothing was set sees nothing`, () => {
    for (const [settle, names] of [["wakeup", forValues], ["wakeupExn", forErrors]] as const) {
      if (!names.has(name)) continue;
      const key = new Key<string>();
      const seen: unknown[] = [];
      const [p, r] = Lwt.wait<void>();
      attach(p, () => seen.push(key.get()));
      key.withValue("resolving", () => r[settle](undefined));
      assertEquals(seen, [undefined]);
    }
  });

  Deno.test(`162: ${name} on a settled promise runs its function in the map of the moment`, () => {
    for (
      const [p, names] of [[Lwt.returnUnit, forValues], [Lwt.fail<void>(boom), forErrors]] as const
    ) {
      if (!names.has(name)) continue;
      const key = new Key<string>();
      const seen: unknown[] = [];
      key.withValue("now", () => attach(p, () => seen.push(key.get())));
      attach(p, () => seen.push(key.get()));
      assertEquals(seen, ["now", undefined]);
    }
  });
}

Deno.test("158: callbacks of one promise each see their own map", () => {
  const key = new Key<number>();
  const seen: unknown[] = [];
  const [p, r] = Lwt.wait<void>();
  key.withValue(1, () => p.onSuccess(() => seen.push(key.get())));
  p.onSuccess(() => seen.push(key.get()));
  key.withValue(2, () => p.map(() => seen.push(key.get())));
  r.wakeup();
  assertEquals(seen, [2, undefined, 1]);
});

Deno.test("158: callbacks run from the queue see their own map, too", () => {
  const key = new Key<number>();
  const seen: unknown[] = [];
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
  key.withValue(1, () => q.onSuccess(() => seen.push(key.get())));
  p.onSuccess(() => r2.wakeupLater());
  key.withValue(2, () => r1.wakeup());
  assertEquals(seen, [1]);
});

Deno.test("159: onCancel remembers the map of the moment", () => {
  const key = new Key<number>();
  const seen: unknown[] = [];
  const [p] = Lwt.task<void>();
  key.withValue(1, () => p.onCancel(() => seen.push(key.get())));
  p.onCancel(() => seen.push(key.get()));
  key.withValue(2, () => p.cancel());
  key.withValue(3, () => p.onCancel(() => seen.push(key.get())));
  assertEquals(seen, [undefined, 1, 3]);
});

Deno.test("160: callbacks attached inside such a function inherit its map", () => {
  const key = new Key<number>();
  const seen: unknown[] = [];
  const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>();
  key.withValue(1, () =>
    p.onSuccess(() => {
      q.onSuccess(() => seen.push(key.get()));
      Lwt.returnUnit.onSuccess(() => seen.push(key.get()));
    }));
  r1.wakeup();
  key.withValue(2, () => r2.wakeup());
  assertEquals(seen, [1, 1]);
});

Deno.test("161: the caller of wakeup or cancel finds its own map unchanged", () => {
  const key = new Key<string>();
  const calls: (() => void)[] = [];
  key.withValue("theirs", () => {
    const [p, r1] = Lwt.wait<void>(), [q, r2] = Lwt.wait<void>(), [s, r3] = Lwt.wait<void>();
    const [t] = Lwt.task<void>();
    for (const each of [p, q, s, t]) each.onTermination(() => {});
    t.onCancel(() => {});
    calls.push(() => r1.wakeup(), () => r2.wakeupExn(boom), () => r3.wakeupLater());
    calls.push(() => t.cancel());
  });
  for (const call of calls) {
    key.withValue("mine", () => {
      call();
      assertEquals(key.get(), "mine", String(call));
    });
    assertEquals(key.get(), undefined);
  }
});

Deno.test("161: wakeupPaused leaves its caller's map unchanged", () => {
  const key = new Key<string>();
  key.withValue("theirs", () => Lwt.pause().map(() => {}));
  key.withValue("mine", () => {
    Lwt.wakeupPaused();
    assertEquals(key.get(), "mine");
  });
});

Deno.test("163: bind of a rejection and catch of a value do not change the map", () => {
  const key = new Key<string>();
  const seen: unknown[] = [];
  for (const settle of ["wakeup", "wakeupExn"] as const) {
    const [p, r] = Lwt.wait<void>();
    key.withValue("passing", () => {
      const passed = settle === "wakeup" ? Lwt.catch(() => p, Lwt.fail<void>) : p.bind(Lwt.return);
      key.withValue(settle, () => passed.onTermination(() => seen.push(key.get())));
      p.onTermination(() => seen.push(key.get()));
    });
    key.withValue("resolving", () => {
      r[settle]();
      seen.push(key.get());
    });
  }
  assertEquals(seen, ["passing", "wakeup", "resolving", "passing", "wakeupExn", "resolving"]);
});

Deno.test("164: decided: late handlers of async, dontWait and the rest leave the caller's map alone", () => {
  const key = new Key<string>();
  const seen: unknown[] = [];
  const [p, r] = Lwt.wait<void>();
  key.withValue("attached", () => {
    Lwt.dontWait(() => p, () => seen.push("handled"));
    Lwt.join([p]);
    Lwt.choose([p]).onFailure(() => {});
  });
  key.withValue("resolving", () => {
    r.wakeupExn(boom);
    seen.push(key.get());
  });
  seen.push(key.get());
  assertEquals(seen, ["handled", "resolving", undefined]);
});

Deno.test("164: async and dontWait run f in the caller's map", () => {
  const key = new Key<number>();
  const seen: unknown[] = [];
  const look = () => {
    seen.push(key.get());
    return Lwt.returnUnit;
  };
  key.withValue(1, () => {
    Lwt.async(look);
    Lwt.dontWait(look, () => {});
  });
  assertEquals(seen, [1, 1]);
});

Deno.test("165: the map is persistent: setting a key leaves remembered maps as they were", () => {
  const a = new Key<number>(), b = new Key<number>();
  const seen: unknown[] = [];
  const [p, r] = Lwt.wait<void>();
  a.withValue(1, () => {
    p.onSuccess(() => seen.push([a.get(), b.get()]));
    a.withValue(2, () => b.withValue(3, () => p.onSuccess(() => seen.push([a.get(), b.get()]))));
    a.withValue(undefined, () => p.onSuccess(() => seen.push([a.get(), b.get()])));
  });
  r.wakeup();
  assertEquals(seen, [[undefined, undefined], [2, 3], [1, undefined]]);
});

Deno.test("166: decided: withValue restores the map whatever f throws", () => {
  const key = new Key<number>();
  assertThrows(() => key.withValue(1, overflow), RangeError);
  assertEquals(key.get(), undefined);
  withFilter(Lwt.ExceptionFilter.handleAll, () => {
    assertThrows(() => key.withValue(1, overflow), RangeError);
  });
  assertEquals(key.get(), undefined);
});
