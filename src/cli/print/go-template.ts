/** `-o go-template`: Go's template language over an object. upstream: cli-runtime/pkg/printers/template.go */
import { goQuote } from '../../base/field'
import { goJson } from '../../base/go-text'
import { TemplateExecError, executeTemplate } from './go-template/evaluate'
import { FUNCTIONS } from './go-template/functions'
import { TemplateParseError, parseTemplate } from './go-template/parser'
import { decoded, valueText } from './go-template/value'
import type { ObjectText } from './json-path-printer'

/** The template failed on an object: `output` belongs on stdout all the same, the message on stderr. */
export class TemplateFailure extends Error {
  constructor(
    message: string,
    readonly output: string,
  ) {
    super(message)
    this.name = 'TemplateFailure'
  }
}

const NAMES = new Set(Object.keys(FUNCTIONS))

/** Throws an Error in kubectl's words when the template is wrong; the printer throws TemplateFailure when it does not fit. */
export function goTemplatePrinter(template: string, { allowMissingKeys = true }: { allowMissingKeys?: boolean } = {}): ObjectText {
  if (template === '') throw new Error('template format specified but no template given')
  const parsed = parsedOrFail(template)
  // Upstream's object has been JSON before.
  return given => {
    const object = decoded(given)
    try {
      return executeTemplate(parsed, object, { missingKeyError: !allowMissingKeys })
    } catch (e) {
      if (!(e instanceof TemplateExecError)) throw e
      const debug =
        `Error executing template: ${e.message}. Printing more information for debugging the template:\n` +
        `\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${goJson(given)}\n\tobject given to template engine was:\n\t\t${valueText(object)}\n\n`
      throw new TemplateFailure(`error executing template ${goQuote(template)}: ${e.message}`, e.output + debug)
    }
  }
}

function parsedOrFail(template: string) {
  try {
    return parseTemplate('output', template, NAMES)
  } catch (e) {
    throw e instanceof TemplateParseError ? new Error(`error parsing template ${template}, ${e.message}`) : e
  }
}
