/** Certificate requests for tests. */
import { der, derBits, derInteger, derObjectId, derText, pemOf, SEQUENCE, SET } from '../../base/der'
import { SigningKey } from './signing-key'

/** A PEM request of a key of its own. */
export function certificateRequest(commonName: string, ...organizations: readonly string[]): string {
  const key = new SigningKey(`test ${commonName}`)
  const part = (type: string, text: string): Buffer => der(SET, der(SEQUENCE, derObjectId(type), derText(text)))
  const subject = der(SEQUENCE, ...organizations.map(o => part('2.5.4.10', o)), part('2.5.4.3', commonName))
  const info = der(SEQUENCE, derInteger(Buffer.from([0])), subject, key.publicInfo(), der(0xa0))
  return pemOf('CERTIFICATE REQUEST', der(SEQUENCE, info, der(SEQUENCE, derObjectId('1.2.840.10045.4.3.2')), derBits(key.signDer(info))))
}
