/** @module */
/** tmp */
export class Sequence<T> {
  /** tmp */
  addR(_x: T): { remove(): void } {
    throw 0;
  }
  /** tmp */
  addL(_x: T): { remove(): void } {
    throw 0;
  }
}
