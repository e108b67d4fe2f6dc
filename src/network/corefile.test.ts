import { expect, it } from 'vitest'
import { readCorefile } from './corefile'

it('knows names, other names and the domains of others', () => {
  const { hosts, rewrites, stubs } = readCorefile(`.:53 {
    errors
    rewrite name shop.example.com web.default.svc.cluster.local
    rewrite stop {
       name regex (.*)\\.x {1}.y
    }
    hosts {
       10.0.0.5 Db.Example.com db
       10.0.0.6 db
       fallthrough
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
}
# another server
consul.local:53 {
    forward . 10.150.0.1
}
`)
  expect([...hosts]).toEqual([['db.example.com', ['10.0.0.5']], ['db', ['10.0.0.5', '10.0.0.6']]])
  expect([...rewrites]).toEqual([['shop.example.com', 'web.default.svc.cluster.local']])
  expect(stubs).toEqual(['consul.local'])
})
