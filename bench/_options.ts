/** Reads `--name=value` from the command line. */

/** The text given for `--name=`, or `fallback`. */
export function option(name: string, fallback: string): string {
  const prefix = `--${name}=`;
  return Deno.args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? fallback;
}

/** The number given for `--name=`, or `fallback`. */
export function numberOption(name: string, fallback: number): number {
  const number = Number(option(name, String(fallback)));
  if (Number.isFinite(number)) return number;
  throw new RangeError(`Cannot read --${name}: must be a number, received ${option(name, "")}`);
}

/** Those of `names` that contain the text given for `--only=`. */
export function only(names: readonly string[]): string[] {
  const wanted = option("only", "");
  return names.filter((name) => name.includes(wanted));
}
