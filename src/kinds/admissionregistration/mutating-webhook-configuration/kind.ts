/** MutatingWebhookConfiguration: servers that may change what is written. */
import type { MutatingWebhookConfiguration } from '../../schema/types/admissionregistration.v1'
import { webhookConfiguration } from '../webhooks'

export const mutatingWebhookConfiguration = webhookConfiguration<MutatingWebhookConfiguration>('MutatingWebhookConfiguration', true)
