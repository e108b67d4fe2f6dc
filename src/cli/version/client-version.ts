/** The kubectl that this one stands in for. */
export const CLIENT_VERSION = 'v1.36.3'
