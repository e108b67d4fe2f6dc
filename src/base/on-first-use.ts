/** An object that is made when something is first asked of it. */

/** `make` runs once, at the first access to a property. For its methods `this` is what is returned here, which gives all that the object has. */
export function onFirstUse<T extends object>(make: () => T): T {
  let made: T | undefined
  return new Proxy({} as T, { get: (_, key) => (made ??= make())[key as keyof T] })
}
