/** The words of FailedScheduling. upstream: framework.FitError */

/** `0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu.` from the reasons of each node; `absent` are those of the nodes that nobody looked at. */
export function fitMessage(nodes: number, reasonsByNode: readonly (readonly string[])[], preFilter?: string, absent?: readonly string[]): string {
  const head = `0/${nodes} nodes are available`
  if (preFilter !== undefined && preFilter !== '') return `${head}: ${preFilter}.`
  const counts = new Map<string, number>()
  for (const reasons of reasonsByNode) for (const r of reasons) counts.set(r, (counts.get(r) ?? 0) + 1)
  if (absent !== undefined && reasonsByNode.length < nodes) for (const r of absent) counts.set(r, (counts.get(r) ?? 0) + nodes - reasonsByNode.length)
  if (counts.size === 0) return `${head}.`
  return `${head}: ${[...counts].map(([reason, n]) => `${n} ${reason}`).sort().join(', ')}.`
}
