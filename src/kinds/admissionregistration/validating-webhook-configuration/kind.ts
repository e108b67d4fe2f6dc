/** ValidatingWebhookConfiguration: servers that may refuse what is written. */
import type { ValidatingWebhookConfiguration } from '../../schema/types/admissionregistration.v1'
import { webhookConfiguration } from '../webhooks'

export const validatingWebhookConfiguration = webhookConfiguration<ValidatingWebhookConfiguration>('ValidatingWebhookConfiguration', false)
