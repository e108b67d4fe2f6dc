/** `-o jsonpath`, `-o jsonpath-file`, `-o jsonpath-as-json`. upstream: cli-runtime/pkg/printers/jsonpath.go, genericclioptions/jsonpath_flags.go */
import { goQuote } from '../../base/field'
import { goSyntax } from '../../base/go-text'
import { JsonPathError, parseJsonPath, renderJsonPath } from '../../base/json-path'

/** Prints objects with one template. */
export type ObjectText = (object: unknown) => string

/** Throws an Error in kubectl's words, now when the template is wrong, later when it does not fit an object. */
export function jsonPathPrinter(template: string, { allowMissingKeys = true, asJson = false }: { allowMissingKeys?: boolean; asJson?: boolean } = {}): ObjectText {
  if (template === '') throw new Error('template format specified but no template given')
  const path = orElse(
    () => parseJsonPath(template),
    message => `error parsing jsonpath ${template}, ${message}`,
  )
  return object =>
    orElse(
      () => renderJsonPath(path, object, { allowMissingKeys, asJson }),
      message =>
        `error executing jsonpath ${goQuote(template)}: Error executing template: ${message}. Printing more information for debugging the template:\n` +
        `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
    )
}

function orElse<T>(act: () => T, reword: (message: string) => string): T {
  try {
    return act()
  } catch (e) {
    throw e instanceof JsonPathError ? new Error(reword(e.message)) : e
  }
}
