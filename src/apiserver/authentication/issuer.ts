/** Who signs the tokens of service accounts, and for whom they are unless somebody says otherwise. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local'
export const API_AUDIENCES: readonly string[] = [ISSUER]
