/*
 * Text from a format and arguments, as `printf(3)` and OCaml's `Printf` make it.
 */
import { InvalidArgument } from "../core/errors.ts";

/** Flags, width, precision, and conversion; size prefixes say nothing here. */
const DIRECTIVE = /%([-0+ #]*)(\*|\d+)?(?:\.(\*|\d*))?[lnLN]?([a-zA-Z%!,@])/g;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** Fills a format in. */
export function format(text: string, args: readonly unknown[]): string {
  const rest = args.values();
  const filled = text.replace(DIRECTIVE, (_, flags, width, precision, conversion) => {
    const w = width === "*" ? Number(next(rest, text)) : Number(width ?? 0);
    const p = precision === "*" ? Number(next(rest, text)) : precision && Number(precision);
    const directive = {
      flags: w < 0 ? flags + "-" : flags,
      width: Math.abs(w),
      precision: precision === "" ? 0 : p,
      conversion,
    };
    return pad(convert(directive, rest, text), directive);
  });
  if (rest.next().done) return filled;
  throw new InvalidArgument(`Cannot format ${JSON.stringify(text)}: there are too many arguments`);
}

function convert(d: Directive, rest: ArrayIterator<unknown>, text: string): string {
  switch (d.conversion) {
    case "%":
    case "@":
      return d.conversion;
    case "!":
    case ",":
      return "";
    case "t":
      return String(call(next(rest, text), [], text));
    case "a":
      return String(call(next(rest, text), [next(rest, text)], text));
    default:
      return convertOne(d, next(rest, text), text);
  }
}

function convertOne(d: Directive, value: unknown, text: string): string {
  switch (d.conversion) {
    case "s":
      return String(value).slice(0, d.precision);
    case "S":
      return JSON.stringify(String(value));
    case "c":
      return String(value);
    case "C":
      return `'${value}'`;
    case "b":
    case "B":
      return String(Boolean(value));
    case "d":
    case "i":
      return signed(d, integer(value, text));
    case "u":
    case "x":
    case "X":
    case "o":
      return unsigned(d, BigInt.asUintN(64, integer(value, text)));
    default:
      return float(d, value, text);
  }
}

function signed(d: Directive, value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(d.precision ?? 1, "0");
  const grouped = d.flags.includes("#") ? digits.replace(/\B(?=(\d{3})+$)/g, "_") : digits;
  return signOf(d, value < 0n) + grouped;
}

const RADIX: Record<string, number> = { u: 10, x: 16, X: 16, o: 8 };
const PREFIX: Record<string, string> = { u: "", x: "0x", X: "0X", o: "0" };

function unsigned(d: Directive, value: bigint): string {
  const digits = value.toString(RADIX[d.conversion]).padStart(d.precision ?? 1, "0");
  const prefix = d.flags.includes("#") && value !== 0n ? PREFIX[d.conversion] : "";
  return prefix + (d.conversion === "X" ? digits.toUpperCase() : digits);
}

function float(d: Directive, value: unknown, text: string): string {
  const write = FLOATS[d.conversion.toLowerCase()];
  if (write === undefined || (typeof value !== "number" && typeof value !== "bigint")) {
    throw new InvalidArgument(
      `Cannot format ${JSON.stringify(text)}: %${d.conversion} is not for ${String(value)}`,
    );
  }
  const n = Number(value);
  const sign = signOf(d, n < 0 || Object.is(n, -0));
  if (!Number.isFinite(n)) return (Number.isNaN(n) ? "" : sign) + (Number.isNaN(n) ? "nan" : "inf");
  const digits = write(Math.abs(n), d.precision ?? 6);
  return sign + (d.conversion < "a" ? digits.toUpperCase() : digits);
}

const FLOATS: Record<string, ((n: number, precision: number) => string) | undefined> = {
  f: fixed,
  e: exponential,
  g: shortest,
};

function fixed(n: number, precision: number): string {
  if (n >= 1e21) return BigInt(n).toString() + (precision > 0 ? "." + "0".repeat(precision) : "");
  const up = n.toFixed(Math.min(precision, 100));
  const rest = n.toFixed(Math.min(precision + 30, 100)).split(".")[1]?.slice(precision) ?? "";
  // In the middle between two, C takes the even one, and JavaScript the greater.
  if (/^50+$/.test(rest) && /[13579]$/.test(up)) return previous(up);
  return up.padEnd(up.length + precision - Math.min(precision, 100), "0");
}

/** The decimal number before an odd one: one less in the last digit. */
function previous(odd: string): string {
  return odd.slice(0, -1) + (Number(odd.at(-1)) - 1);
}

function exponential(n: number, precision: number): string {
  return n.toExponential(Math.min(precision, 100)).replace(/e([-+])(\d)$/, "e$10$2");
}

function shortest(n: number, precision: number): string {
  const digits = Math.max(precision, 1);
  const exponent = Number(n.toExponential(digits - 1).split("e")[1]);
  const isFixed = exponent >= -4 && exponent < digits;
  const text = isFixed ? fixed(n, digits - 1 - exponent) : exponential(n, digits - 1);
  return text.replace(/\.?0+(?=e|$)/, (zeros) => text.includes(".") ? "" : zeros);
}

function signOf({ flags }: Directive, negative: boolean): string {
  if (negative) return "-";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function pad(text: string, { flags, width, conversion, precision }: Directive): string {
  if (flags.includes("-")) return text.padEnd(width);
  const isInteger = "diuxXo".includes(conversion);
  if (!flags.includes("0") || isInteger && precision !== undefined || !/\d/.test(text)) {
    return text.padStart(width);
  }
  if (!isInteger && !"fFeEgG".includes(conversion)) return text.padStart(width);
  const sign = /^[-+ ]?(0[xX])?/.exec(text)![0];
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function integer(value: unknown, text: string): bigint {
  if (typeof value === "bigint" || Number.isInteger(value)) return BigInt(value as number);
  throw new InvalidArgument(
    `Cannot format ${JSON.stringify(text)}: an integer is needed, received ${String(value)}`,
  );
}

function next(rest: ArrayIterator<unknown>, text: string): unknown {
  const step = rest.next();
  if (!step.done) return step.value;
  throw new InvalidArgument(`Cannot format ${JSON.stringify(text)}: there are too few arguments`);
}

function call(f: unknown, args: readonly unknown[], text: string): unknown {
  if (typeof f === "function") return f(...args);
  throw new InvalidArgument(
    `Cannot format ${JSON.stringify(text)}: a function is needed, received ${String(f)}`,
  );
}
