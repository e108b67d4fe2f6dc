import { describe, expect, it } from 'vitest'
import type { CommandDefinition } from './definition'
import { kubectlCommand } from './definition'
import { ownCommand } from './own'
import { parseFlags } from './parse'

const command = (path: string): CommandDefinition => kubectlCommand(path) as CommandDefinition
const parse = (path: string, line: string) => parseFlags(command(path), line.split(' ').filter(w => w !== ''))
const problem = (path: string, line: string): string => {
  try {
    parse(path, line)
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

describe('parseFlags', () => {
  it('takes flags anywhere, in every spelling', () => {
    const { flags, args, changed } = parse('get', 'pods -n=a web -oyaml --show-labels=false --selector app=x -A')
    expect(args).toEqual(['pods', 'web'])
    expect(flags).toMatchObject({ namespace: 'a', output: 'yaml', 'show-labels': false, selector: 'app=x', 'all-namespaces': true, watch: false })
    expect([...changed].sort()).toEqual(['all-namespaces', 'namespace', 'output', 'selector', 'show-labels'])
  })

  it('leaves the flags of a command to run alone', () => {
    const { flags, args } = parseFlags(ownCommand('kubottle outside') as CommandDefinition, ['-i', '--namespace=a', 'curl', '-s', '--max-time', '5', '--', '-i'])
    expect(args).toEqual(['curl', '-s', '--max-time', '5', '--', '-i'])
    expect(flags).toMatchObject({ stdin: true, tty: false, namespace: 'a' })
  })

  it('splits combined shorthands, the last of which may take a value', () => {
    const { flags } = parse('exec', '-itcapp pod -- sh')
    expect(flags).toMatchObject({ stdin: true, tty: true, container: 'app' })
  })

  it('remembers where -- stood', () => {
    const { args, argsLenAtDash } = parse('exec', 'pod -- ls -l')
    expect({ args, argsLenAtDash }).toEqual({ args: ['pod', 'ls', '-l'], argsLenAtDash: 1 })
    expect(parse('exec', 'pod').argsLenAtDash).toBe(-1)
  })

  it('gives flags that stand alone their value, and never the next word', () => {
    const { flags, args } = parse('apply', '--dry-run client --validate -f x')
    expect(flags).toMatchObject({ 'dry-run': 'unchanged', validate: 'strict', filename: ['x'] })
    expect(args).toEqual(['client'])
    expect(parse('delete', '--cascade pod x').flags['cascade']).toBe('background')
    expect(parse('delete', 'pod x').flags['cascade']).toBe('background')
  })

  it('grows lists, splitting at commas only where kubectl does', () => {
    expect(parse('apply', '-f a,b -f c').flags['filename']).toEqual(['a', 'b', 'c'])
    expect(parse('create configmap', '--from-literal=a=1,2 --from-literal=b=3').flags['from-literal']).toEqual(['a=1,2', 'b=3'])
    expect(parse('debug', '--env=a=1,b=2').flags['env']).toEqual({ a: '1', b: '2' })
    expect(parse('port-forward', '--address=0.0.0.0').flags['address']).toEqual(['0.0.0.0'])
    expect(parse('port-forward', '').flags['address']).toEqual(['localhost'])
  })

  it('reads numbers and durations', () => {
    expect(parse('scale', '--replicas=0x10').flags['replicas']).toBe(16)
    expect(parse('wait', '--timeout=1m30s').flags['timeout']).toBe(90_000)
    expect(parse('wait', '').flags['timeout']).toBe(30_000)
  })

  it('tells of deprecated flags', () => {
    expect(parse('apply', '--record -f x').notices).toEqual(['Flag --record has been deprecated, --record will be removed in the future'])
  })

  it.each([
    ['get', '--bogus=1', 'unknown flag: --bogus'],
    ['get', '-Zx', "unknown shorthand flag: 'Z' in -Zx"],
    ['get', '-wZ', "unknown shorthand flag: 'Z' in -Z"],
    ['get', '--output', 'flag needs an argument: --output'],
    ['get', '-o', "flag needs an argument: 'o' in -o"],
    ['get', '--no-headers=maybe', 'invalid argument "maybe" for "--no-headers" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    ['get', '-A=perhaps', 'invalid argument "perhaps" for "-A, --all-namespaces" flag: strconv.ParseBool: parsing "perhaps": invalid syntax'],
    ['scale', '--replicas=two', 'invalid argument "two" for "--replicas" flag: strconv.ParseInt: parsing "two": invalid syntax'],
    ['autoscale', '--max=3000000000', 'invalid argument "3000000000" for "--max" flag: strconv.ParseInt: parsing "3000000000": value out of range'],
    ['wait', '--timeout=5', 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
    ['get', '---x', 'bad flag syntax: ---x'],
    ['debug', '--env=a', 'invalid argument "a" for "--env" flag: a must be formatted as key=value'],
    ['apply', '-f a"b', 'invalid argument "a\\"b" for "-f, --filename" flag: parse error on line 1, column 2: bare " in non-quoted-field'],
  ])('%s %s', (path, line, message) => {
    expect(problem(path, line)).toBe(message)
  })
})
