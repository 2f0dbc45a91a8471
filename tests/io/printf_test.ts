/* Formats: what printf(3) makes of the same. */
import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgument } from "../../core/mod.ts";
import { format } from "../../io/_printf.ts";

const CASES: [format: string, args: unknown[], text: string][] = [
  ["plain, 100%%", [], "plain, 100%"],
  ["%d %i %u", [1, -2, 3], "1 -2 3"],
  ["%5d|%-5d|%05d|%+d|% d", [42, 42, 42, 42, 42], "   42|42   |00042|+42| 42"],
  ["%05d|%+05d|%-05d|", [-42, 42, 42], "-0042|+0042|42   |"],
  ["%.3d|%5.3d|%05.3d", [7, 7, 7], "007|  007|  007"],
  ["%x %X %#x %#X %o %#o", [255, 255, 255, 255, 8, 8], "ff FF 0xff 0XFF 10 010"],
  ["%x", [-1], "ffffffffffffffff"],
  ["%#010x", [255], "0x000000ff"],
  ["%Ld %ld %nd", [2n ** 60n, 1, 2], "1152921504606846976 1 2"],
  ["%#d", [1234567], "1_234_567"],
  ["%s|%5s|%-5s|%.2s", ["a", "b", "c", "defg"], "a|    b|c    |de"],
  ["%*d|%-*d|%.*f", [4, 1, 4, 2, 1, Math.PI], "   1|2   |3.1"],
  ["%c%c", ["h", "i"], "hi"],
  ["%S %C", ['a"b', "c"], '"a\\"b" \'c\''],
  ["%b %B", [true, false], "true false"],
  [
    "%f %.2f %.0f %8.3f|%-8.3f|%08.3f",
    [1, 2.345, 2.5, 3.14159, 3.14159, -3.14159],
    "1.000000 2.35 2    3.142|3.142   |-003.142",
  ],
  ["%.1f %.1f %.0f %.0f %.0f", [0.25, 0.35, 0.5, 1.5, 3.5], "0.2 0.3 0 2 4"],
  ["%f", [1e22], "10000000000000000000000.000000"],
  ["%e %.2e %E", [12345.678, 0.00012, 1], "1.234568e+04 1.20e-04 1.000000E+00"],
  ["%g %g %g %g %.3g", [100000, 1e6, 0.0001, 0.00001, 1234], "100000 1e+06 0.0001 1e-05 1.23e+03"],
  ["%g %g %g", [0.5, 0, 100], "0.5 0 100"],
  ["%f %F %e", [Infinity, -Infinity, NaN], "inf -inf nan"],
  ["%a %t", [(n: number) => `<${n}>`, 3, () => "thunk"], "<3> thunk"],
  ["flush%! %,and %@", [], "flush and @"],
];

for (const [text, args, expected] of CASES) {
  Deno.test(`format ${JSON.stringify(text)}`, () => assertEquals(format(text, args), expected));
}

Deno.test("a format and arguments that do not go together throw", () => {
  assertThrows(() => format("%d", []), InvalidArgument, "too few arguments");
  assertThrows(() => format("%d", [1, 2]), InvalidArgument, "too many arguments");
  assertThrows(() => format("%d", [1.5]), InvalidArgument, "an integer is needed, received 1.5");
  assertThrows(() => format("%f", ["x"]), InvalidArgument, "%f is not for x");
  assertThrows(() => format("%q", [1]), InvalidArgument, "%q is not for 1");
  assertThrows(() => format("%a", [1, 2]), InvalidArgument, "a function is needed, received 1");
});
